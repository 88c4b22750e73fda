"""SIS sync or manual import: questions, evidence, decision."""
