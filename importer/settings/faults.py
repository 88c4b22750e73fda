"""What is wrong with a decision: the setting, what is wrong with it, what to do."""

Fault = tuple[str, str, str]
