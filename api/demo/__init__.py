"""A city to look at: real timetables, simulated residents, one service day over HTTP.

Everything here is a customer of the API like any other, but for the setting up of the town and
for marking its residents as simulated. Nothing outside this folder imports it, but the command.
"""
