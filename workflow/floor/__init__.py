"""The floor: raised hands, messages to agents, alarms by rule, the wall."""
