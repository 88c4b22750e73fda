"""Turns that nobody sits at: what arrived is taken over, checked, committed or held, and told."""
