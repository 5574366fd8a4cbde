package gateway

import "strings"

// jsonReader reads a text by recursive descent. Values are filled in place, which keeps the stack frame of a level small.
type jsonReader struct {
	text string
	at   int // index of the next byte
}

func (r *jsonReader) fail(message string) error {
	return newJSONError(message, r.text, r.at)
}

// skipSpace passes the four characters that RFC 8259 calls white space.
func (r *jsonReader) skipSpace() {
	for r.at < len(r.text) && strings.IndexByte(" \t\n\r", r.text[r.at]) >= 0 {
		r.at++
	}
}

// take passes the next byte if it is c.
func (r *jsonReader) take(c byte) bool {
	if r.at == len(r.text) || r.text[r.at] != c {
		return false
	}
	r.at++
	return true
}

func (r *jsonReader) value(v *Value) error {
	switch {
	case r.take('{'):
		return r.object(v)
	case r.take('['):
		return r.array(v)
	case r.take('"'):
		v.Kind = String
		return r.stringInto(&v.Text)
	}
	return r.bareWord(v)
}

func (r *jsonReader) array(v *Value) error {
	v.Kind, v.Depth = Array, 1
	r.skipSpace()
	if r.take(']') {
		return nil
	}
	for {
		v.Elements = append(v.Elements, Value{})
		element := &v.Elements[len(v.Elements)-1]
		if err := r.value(element); err != nil {
			return err
		}
		v.Depth = max(v.Depth, element.Depth+1)
		if more, err := r.another(']'); err != nil || !more {
			return err
		}
	}
}

func (r *jsonReader) object(v *Value) error {
	v.Kind, v.Depth = Object, 1
	r.skipSpace()
	if r.take('}') {
		return nil
	}
	for {
		v.Members = append(v.Members, Member{})
		member := &v.Members[len(v.Members)-1]
		if err := r.name(&member.Name); err != nil {
			return err
		}
		if err := r.value(&member.Value); err != nil {
			return err
		}
		v.Depth = max(v.Depth, member.Value.Depth+1)
		if more, err := r.another('}'); err != nil || !more {
			return err
		}
	}
}

// name reads a member's name and the colon after it.
func (r *jsonReader) name(into *string) error {
	if !r.take('"') {
		return r.fail("Expecting property name enclosed in double quotes")
	}
	if err := r.stringInto(into); err != nil {
		return err
	}
	r.skipSpace()
	if !r.take(':') {
		return r.fail("Expecting ':' delimiter")
	}
	r.skipSpace()
	return nil
}

// another reads what stands behind an element: a comma, so that one more must follow, or the closing bracket.
func (r *jsonReader) another(closing byte) (bool, error) {
	r.skipSpace()
	if r.take(closing) {
		return false, nil
	}
	if !r.take(',') {
		return false, r.fail("Expecting ',' delimiter")
	}
	r.skipSpace()
	return true, nil
}

// bareWord reads a number, true, false or null: the values without a bracket or quote of their own.
func (r *jsonReader) bareWord(v *Value) error {
	rest := r.text[r.at:]
	switch {
	case strings.HasPrefix(rest, "null"):
		r.at += len("null")
		return nil
	case strings.HasPrefix(rest, "true"):
		v.Kind, v.Text = Bool, "true"
	case strings.HasPrefix(rest, "false"):
		v.Kind, v.Text = Bool, "false"
	default:
		v.Kind, v.Text = Number, rest[:numberLength(rest)]
	}
	if v.Text == "" {
		return r.fail("Expecting value")
	}
	r.at += len(v.Text)
	return nil
}

// numberLength returns how many bytes of text are a number by RFC 8259, section 6; 0 if it does not start with one. A
// fraction or an exponent without digits is not part of the number, so the reader trips over what follows it.
func numberLength(text string) int {
	at := 0
	if strings.HasPrefix(text, "-") {
		at = 1
	}
	whole := digits(text[at:])
	if whole == 0 {
		return 0
	}
	if text[at] == '0' {
		whole = 1
	}
	at += whole
	if rest := text[at:]; strings.HasPrefix(rest, ".") {
		if fraction := digits(rest[1:]); fraction > 0 {
			at += 1 + fraction
		}
	}
	return at + exponentLength(text[at:])
}

func exponentLength(text string) int {
	if text == "" || text[0] != 'e' && text[0] != 'E' {
		return 0
	}
	at := 1
	if at < len(text) && (text[at] == '+' || text[at] == '-') {
		at++
	}
	exponent := digits(text[at:])
	if exponent == 0 {
		return 0
	}
	return at + exponent
}

func digits(text string) int {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return i
		}
	}
	return len(text)
}
