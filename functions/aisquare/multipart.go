package aisquare

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime/multipart"
	"strings"

	"gatehouse/shared/wire"
)

// maxFields is Django's DATA_UPLOAD_MAX_NUMBER_FIELDS. Django responds with an HTML page; here it is a parse error.
const maxFields = 1000

var errTooManyFields = errors.New("more than 1000 form fields")

// contentTypeError is a Content-Type that DRF takes for multipart and Django, which looks at it again, does not.
type contentTypeError string

func (e contentTypeError) Error() string { return "Invalid Content-Type: " + string(e) }

// boundaryError is a boundary that Django refuses, or None.
type boundaryError string

func (e boundaryError) Error() string { return "Invalid boundary in multipart: " + string(e) }

// parseMultipart reads a multipart/form-data body (RFC 7578) as Django's MultiPartParser and DRF do: a part without a
// name is ignored, a name is trimmed, a part with a file name is a file, and a file wins over a text of the same name in
// either order. A text part may be base64. Its own Content-Type is ignored: the charset is that of the whole body, or
// UTF-8 if that is missing or unknown.
//
// A body that breaks off or makes no sense yields the parts read so far, perhaps none. A text part that breaks off yields
// its beginning, a file nothing. A boundary that ends the body closes no file: Django stores a file when it reads
// another part or the end mark.
func parseMultipart(contentType string, body []byte) (wire.Value, error) {
	if !strings.HasPrefix(contentType, "multipart/") {
		return wire.Value{}, contentTypeError(contentType)
	}
	mediaType := wire.ParseMediaType(contentType)
	boundary, found := mediaType.Parameters["boundary"]
	if !found {
		return wire.Value{}, boundaryError("None")
	}
	if !isBoundary(boundary) {
		return wire.Value{}, boundaryError(boundary)
	}
	if rest, unclosed := bytes.CutSuffix(body, []byte("--"+boundary)); unclosed {
		body = bytes.TrimSuffix(bytes.TrimSuffix(rest, []byte("\n")), []byte("\r"))
	}
	form, count := fields{}, 0
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for part, err := parts.NextRawPart(); err == nil; part, err = parts.NextRawPart() {
		if count++; count > maxFields {
			return wire.Value{}, errTooManyFields
		}
		form.addPart(part, mediaType.Parameters["charset"])
	}
	return form.object(), nil
}

// isBoundary is Django's rule: up to 201 printable ASCII characters, the last of them not a space.
func isBoundary(boundary string) bool {
	return boundary != "" && len(boundary) <= 201 && !strings.HasSuffix(boundary, " ") &&
		!strings.ContainsFunc(boundary, func(r rune) bool { return r < ' ' || r > '~' })
}

// fields are a form's, by name.
type fields map[string]wire.Value

// uploaded stands for a file: a field that is not text. DRF refuses it as it refuses an object.
var uploaded = wire.Value{Kind: wire.Object}

// object returns the form as JSON would have carried it.
func (f fields) object() wire.Value {
	data := wire.Value{Kind: wire.Object}
	for name, value := range f {
		data.Members = append(data.Members, wire.Member{Name: name, Value: value})
	}
	return data
}

func (f fields) addPart(part *multipart.Part, charset string) {
	disposition := wire.ParseMediaType(part.Header.Get("Content-Disposition")).Parameters
	name, named := disposition["name"]
	if !named {
		return
	}
	name = inCharset(charset, []byte(strings.TrimSpace(name)))
	content, brokenOff := io.ReadAll(part)
	file := disposition["filename"] != "" || disposition["filename*"] != ""
	switch {
	case file && brokenOff == nil:
		f[name] = uploaded
		return
	case file, f[name].Kind == wire.Object:
		return
	}
	if wire.ParseMediaType(part.Header.Get("Content-Transfer-Encoding")).Type == "base64" {
		content = decodeBase64(content)
	}
	f[name] = wire.Value{Kind: wire.String, Text: inCharset(charset, content)}
}

// inCharset decodes text, from UTF-8 if the charset is missing or unknown. Invalid bytes become U+FFFD.
func inCharset(charset string, text []byte) string {
	decoded, known := wire.DecodeCharset(charset, text)
	if !known {
		decoded, _ = wire.DecodeCharset("utf-8", text)
	}
	return string(decoded)
}

// decodeBase64 decodes as Python's base64.b64decode: bytes outside the alphabet are skipped, and the first complete
// padding ends the text. Text that then breaks off inside a group of four is returned undecoded, as in Django.
func decodeBase64(text []byte) []byte {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	symbols, padding := make([]byte, 0, len(text)), 0
	for _, c := range text {
		if strings.IndexByte(alphabet, c) >= 0 {
			symbols, padding = append(symbols, c), 0
			continue
		}
		if group := len(symbols) % 4; c == '=' && group >= 2 {
			padding++
			if group+padding == 4 {
				break
			}
		}
	}
	if group := len(symbols) % 4; group > 0 && group+padding != 4 {
		return text
	}
	decoded, _ := base64.RawStdEncoding.AppendDecode(nil, symbols) // whole groups of the alphabet cannot fail
	return decoded
}
