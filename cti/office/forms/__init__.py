"""Forms as files: fields with limits and conditions, shown by the console's form and checked on the server.

A form is read by `definition`, told to the console by `describing`, and what somebody filled in is checked by
`checking`, which says for each field what is wrong.
"""
