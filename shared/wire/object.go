package wire

import "strconv"

// Raw is JSON text that [ObjectOf] and [ArrayOf] take as it is.
type Raw []byte

// ObjectOf writes a compact JSON object from names and values in turn, in that order. A value is a string, int, int64,
// bool, nil or Raw. Nothing is escaped that JSON does not demand (see [AppendQuoted]).
func ObjectOf(namesAndValues ...any) Raw {
	out := Raw{'{'}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		if i > 0 {
			out = append(out, ',')
		}
		name, _ := namesAndValues[i].(string)
		out = append(AppendQuoted(out, name), ':')
		out = appendValue(out, namesAndValues[i+1])
	}
	return append(out, '}')
}

// ArrayOf writes a compact JSON array of values as [ObjectOf] takes them.
func ArrayOf(values ...any) Raw {
	out := Raw{'['}
	for i, value := range values {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendValue(out, value)
	}
	return append(out, ']')
}

func appendValue(out Raw, value any) Raw {
	switch v := value.(type) {
	case string:
		return AppendQuoted(out, v)
	case int:
		return strconv.AppendInt(out, int64(v), 10)
	case int64:
		return strconv.AppendInt(out, v, 10)
	case bool:
		return strconv.AppendBool(out, v)
	case Raw:
		return append(out, v...)
	default:
		return append(out, "null"...)
	}
}
