"""Invented incidents of a roster feed, wrong and right ones, to measure the guards with."""
