package unleash

import "regexp"

// strictMediaType is the Content-Type grammar of npm's media-typer 0.3.0, which decides whether body-parser looks at a body:
// RFC 9110, section 8.3.1, with the narrower names of RFC 6838, section 4.2.
var strictMediaType = regexp.MustCompile(`^ *` + restrictedName("") + `/` + restrictedName(".+") + ` *` +
	`(?:; *` + token + ` *= *(?:` + token + `|` + quotedString + `) *)*$`)

const (
	token        = "[!#$%&'*+.^_`|~0-9A-Za-z-]+" //nolint:gosec // a grammar's token is no secret
	quotedString = `"(?:[^"\\\x00-\x1F\x7F]|\\[ -~])*"`
)

func restrictedName(more string) string { return `[A-Za-z0-9][A-Za-z0-9!#$&^_` + more + `-]{0,126}` }
