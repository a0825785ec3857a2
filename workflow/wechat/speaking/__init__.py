"""WeChat's protocol, both ways: sealed messages, their XML, and calls of its API. It knows nothing of the house."""
