package aisquare

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/multipart"
	"strings"

	"gatehouse/shared/wire"
)

// djangoError is an error in Django's own words.
type djangoError string

func (e djangoError) Error() string { return string(e) }

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
		// DRF accepts the type, and Django, which looks at it again, does not.
		return wire.Value{}, djangoError("Invalid Content-Type: " + contentType)
	}
	parameters := wire.ParseMediaType(contentType).Parameters
	boundary, found := parameters["boundary"]
	switch {
	case !found:
		return wire.Value{}, djangoError("Invalid boundary in multipart: None")
	case !isBoundary(boundary):
		return wire.Value{}, djangoError("Invalid boundary in multipart: " + boundary)
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
		form.addPart(part, parameters["charset"])
	}
	return form.object(), nil
}

// isBoundary is Django's rule: up to 201 printable ASCII characters, the last of them not a space.
func isBoundary(boundary string) bool {
	return boundary != "" && len(boundary) <= 201 && !strings.HasSuffix(boundary, " ") &&
		!strings.ContainsFunc(boundary, func(r rune) bool { return r < ' ' || r > '~' })
}

// uploaded stands for a file: a field that is not text. DRF refuses it as it refuses an object.
var uploaded = wire.Value{Kind: wire.Object}

func (f fields) addPart(part *multipart.Part, charset string) {
	disposition := wire.ParseMediaType(part.Header.Get("Content-Disposition")).Parameters
	name, named := disposition["name"]
	if !named {
		return
	}
	decodedName, _ := wire.DecodeCharset(charset, []byte(strings.TrimSpace(name)))
	name = string(decodedName)
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
	text, _ := wire.DecodeCharset(charset, content)
	f[name] = wire.Value{Kind: wire.String, Text: string(text)}
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
