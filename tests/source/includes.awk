# Reads "file:line:#include ..." lines and complains of those that includes.txt does not allow.
BEGIN {
    while ((getline line <table) > 0) {
        if (line ~ /^(#|$)/)
            continue
        words = split(line, word, " ")
        for (i = 2; i <= words; i++)
            allowed[word[1]] = allowed[word[1]] " " word[i]
    }
    shell = "^((sys|netinet|arpa|linux)/.*|assert|ctype|dirent|errno|fcntl|fnmatch|getopt|glob|" \
        "grp|inttypes|langinfo|limits|locale|math|netdb|poll|pthread|pwd|signal|stdalign|stdarg|" \
        "stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|strings|termios|time|unistd)\\.h$"
}
function permits(folder, file, header,    count, word, i, at, only) {
    count = split(allowed[folder], word, " ")
    for (i = 1; i <= count; i++) {
        at = index(word[i], "@")
        only = at ? substr(word[i], at + 1) : ""
        if (index(file, only) == 1 && index(header, at ? substr(word[i], 1, at - 1) : word[i]) == 1)
            return 1
    }
    return 0
}
{
    match($0, /^[^:]*:[0-9]+/)
    place = substr($0, 1, RLENGTH)
    split($0, part, ":")
    count = split(part[1], path, "/")
    folder = path[1] == "sim" ? "sim" : path[2]
    file = path[count]
    if (!match($0, /[<"][^>"]*[>"]/)) {
        print place ": an include that cannot be read"
        next
    }
    header = substr($0, RSTART + 1, RLENGTH - 2)
    if (index(header, folder "/") == 1 || permits(folder, file, header))
        next
    if (folder ~ /^(base|road|core)$/ ? permits("pure", file, header) : header ~ shell)
        next
    print place ": " folder " may not include " header
}
