"""Notices as files: Word by a template, PDF of the same, and one personal file per recipient."""
