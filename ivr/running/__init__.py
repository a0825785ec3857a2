"""A call goes through its flow: node by node, kept so that another engine goes on."""
