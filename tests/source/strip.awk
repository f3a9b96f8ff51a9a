# Prints "file:line:code" with comments gone and the contents of strings and characters emptied.
FNR == 1 { in_comment = 0 }
{
    rest = $0
    code = ""
    for (;;) {
        if (in_comment) {
            if (!match(rest, /\*\//))
                break
            in_comment = 0
        } else {
            if (!match(rest, /"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/\/.*|\/\*/)) {
                code = code rest
                break
            }
            code = code substr(rest, 1, RSTART - 1)
            first = substr(rest, RSTART, 1)
            if (first == "/")
                in_comment = substr(rest, RSTART, 2) == "/*"
            else
                code = code first first
        }
        rest = substr(rest, RSTART + RLENGTH)
    }
    print FILENAME ":" FNR ":" code
}
