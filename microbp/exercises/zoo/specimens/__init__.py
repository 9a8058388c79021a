"""Small right programs, each beside the tests that it passes: the animals of the zoo before their accidents.

A program is read as text, broken in one place, and shown to a student; it stands alone and imports only `math` and
`random`. The tests of `engine` are the functions of `engine_tests`, and so on; a test takes the program's names.
"""
