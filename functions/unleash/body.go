package unleash

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
)

// readBody is the server's body parser (body-parser 1.20), which reads the body before anything else about the request
// is known, the method included. It gives the JSON value, or an empty object where it does not look at the body: one that
// is absent, or whose content type its strict reader does not accept or know. A form is measured and then ignored.
func readBody(r *gateway.Request) (wire.Value, *gateway.Response) {
	none := wire.Value{Kind: wire.Object}
	contentType := r.Header.Get("Content-Type")
	if len(r.Body) == 0 || !strictMediaType.MatchString(contentType) {
		return none, nil
	}
	mediaType := wire.ParseMediaType(contentType)
	charset := cmp.Or(strings.ToLower(mediaType.Parameters["charset"]), "utf-8")
	switch mediaType.Type {
	case jsonType:
		text, refusal := readText(r, charset, strings.HasPrefix(charset, "utf-"))
		if refusal != nil || text == "" {
			return none, refusal
		}
		return parse(text)
	case formType:
		_, refusal := readText(r, charset, charset == "utf-8")
		return none, refusal
	}
	return none, nil
}

// readText decodes the body. Its checks come in the parser's order: the charset's family, the compression, the length
// that the client states (none for what is compressed), the charset itself, and what comes out.
func readText(r *gateway.Request, charset string, family bool) (string, *gateway.Response) {
	encoding := strings.ToLower(strings.Join(r.Header.Values("Content-Encoding"), ", "))
	open, known := decompressors[encoding]
	_, readable := decode(charset, nil)
	switch {
	case !family:
		return "", unsupported("charset", strings.ToUpper(charset))
	case !known:
		return "", unsupported("content encoding", encoding)
	case open == nil && len(r.Body) > gateway.MaxBody:
		return "", tooLarge()
	case !readable:
		return "", unsupported("charset", strings.ToUpper(charset))
	case open == nil:
		text, _ := decode(charset, r.Body)
		return text, nil
	}
	body, err := inflate(open, r.Body)
	// A body that is longer before it is inflated than after is nobody's: it is refused too, as a gateway may have cut it off.
	cut := len(r.Body) > gateway.MaxBody && (err == nil || errors.Is(err, io.ErrUnexpectedEOF))
	if cut || len(body) > gateway.MaxBody {
		return "", tooLarge()
	}
	if err != nil {
		return "", new(parserError(http.StatusBadRequest, inflateMessage(err)))
	}
	text, _ := decode(charset, body)
	return text, nil
}

// decode turns a body into valid UTF-8 without a byte order mark, in the charsets that the parser's iconv-lite 0.4 knows.
func decode(charset string, body []byte) (text string, known bool) {
	label := wire.CharsetName(charset)
	switch label {
	case "utf8", "utf16le", "utf16be":
	case "utf16":
		label = utf16Order(body)
	default:
		return "", false
	}
	decoded, _ := wire.DecodeCharset(label, body)
	return strings.TrimPrefix(string(decoded), "\ufeff"), true
}

// utf16Order guesses as iconv-lite does: by the byte order mark, else by where the zero byte of the first character is,
// which is ASCII in every JSON text.
func utf16Order(body []byte) string {
	if bytes.HasPrefix(body, []byte{0xFE, 0xFF}) || len(body) > 1 && body[0] == 0 && body[1] != 0 {
		return "utf16be"
	}
	return "utf16le"
}

// decompressors are the content codings that the parser knows; nil stands for none.
var decompressors = map[string]decompressor{
	"":         nil,
	"identity": nil,
	"gzip":     func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	"deflate":  func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) },
}

type decompressor func(io.Reader) (io.Reader, error)

// inflate reads at most one byte more than a body may have: a small body can be made to swell a thousandfold. With an
// error it gives what came before.
func inflate(open decompressor, body []byte) ([]byte, error) {
	reader, err := open(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(reader, gateway.MaxBody+1))
}

// inflateMessage says what is wrong in zlib's words.
func inflateMessage(err error) string {
	switch {
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, zlib.ErrHeader):
		return "incorrect header check"
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, zlib.ErrChecksum):
		return "incorrect data check"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "unexpected end of file"
	}
	return "invalid compressed data"
}

// parse reads the JSON. Errors are told in the form of V8's JSON.parse.
func parse(text string) (wire.Value, *gateway.Response) {
	value, err := wire.ParseJSON([]byte(text))
	if err == nil {
		return value, nil
	}
	var syntax *wire.JSONError
	if !errors.As(err, &syntax) {
		return value, new(parserError(http.StatusBadRequest, "the body is not valid JSON"))
	}
	return value, new(parserError(http.StatusBadRequest, fmt.Sprintf("%s in JSON at position %d (line %d column %d)",
		syntax.Message, syntax.Offset, syntax.Line, syntax.Column)))
}

func unsupported(what, name string) *gateway.Response {
	return new(parserError(http.StatusUnsupportedMediaType, fmt.Sprintf(`unsupported %s "%s"`, what, name)))
}

func tooLarge() *gateway.Response {
	return new(parserError(http.StatusRequestEntityTooLarge, "request entity too large"))
}
