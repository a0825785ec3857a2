"""FreeSWITCH: its event socket (ESL), and the driver built on it."""
