package gateway

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime/multipart"
	"strings"
)

// maxFields is Django's DATA_UPLOAD_MAX_NUMBER_FIELDS, against bodies that are all fields.
const maxFields = 1000

var (
	// ErrBoundary means that the Content-Type has no boundary or one that Django refuses. The error that wraps it has
	// Django's text: "Invalid boundary in multipart: None".
	ErrBoundary = errors.New("invalid boundary in multipart")
	// ErrTooManyFields means that the body has more than 1000 parts, Django's DATA_UPLOAD_MAX_NUMBER_FIELDS.
	ErrTooManyFields = errors.New("more than 1000 form fields")
)

type boundaryError string

func (e boundaryError) Error() string        { return "Invalid boundary in multipart: " + string(e) }
func (e boundaryError) Is(target error) bool { return target == ErrBoundary }

// ParseMultipart reads a multipart/form-data body (RFC 7578) as Django's MultiPartParser and REST framework do: a part
// without a name is passed over, a name is trimmed, a part with a file name is a file, and a file counts before a text
// of the same name wherever it stands. A text part may be base64; its own Content-Type is ignored: the charset is that
// of the whole body, UTF-8 if that is missing or unknown.
//
// The only errors are ErrBoundary and ErrTooManyFields. A body that breaks off or makes no sense gives the parts read up
// to there, perhaps none; of a text part that breaks off, what there is, of a file nothing. A boundary that ends the body
// closes no file: Django stores a file when it sees another part or the end mark.
func ParseMultipart(contentType string, body []byte) (Form, error) {
	mt, _ := ParseMediaType(contentType)
	boundary, found := mt.Parameters["boundary"]
	if !found {
		return nil, boundaryError("None")
	}
	if !isBoundary(boundary) {
		return nil, boundaryError(boundary)
	}
	form, count := Form{}, 0
	if rest, unclosed := bytes.CutSuffix(body, []byte("--"+boundary)); unclosed {
		body = bytes.TrimSuffix(bytes.TrimSuffix(rest, []byte("\n")), []byte("\r"))
	}
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for part, err := parts.NextRawPart(); err == nil; part, err = parts.NextRawPart() {
		if count++; count > maxFields {
			return nil, ErrTooManyFields
		}
		form.addPart(part, mt.Parameters["charset"])
	}
	return form, nil
}

// isBoundary is Django's rule: up to 201 printable ASCII characters, the last of them no space.
func isBoundary(boundary string) bool {
	return boundary != "" && len(boundary) <= 201 && !strings.HasSuffix(boundary, " ") &&
		allBytes(boundary, func(c byte) bool { return ' ' <= c && c <= '~' })
}

func (f Form) addPart(part *multipart.Part, charset string) {
	disposition, _ := ParseMediaType(part.Header.Get("Content-Disposition"))
	name, named := disposition.Parameters["name"]
	if !named {
		return
	}
	name = inCharset(charset, []byte(strings.TrimSpace(name)))
	content, brokenOff := io.ReadAll(part)
	file := disposition.Parameters["filename"] != "" || disposition.Parameters["filename*"] != ""
	switch {
	case file && brokenOff == nil:
		f[name] = Field{File: true}
		return
	case file, f[name].File:
		return
	}
	encoding, _ := ParseMediaType(part.Header.Get("Content-Transfer-Encoding"))
	if encoding.Type == "base64" {
		content = decodeBase64(content)
	}
	f[name] = Field{Value: inCharset(charset, content)}
}

func inCharset(charset string, text []byte) string {
	if decoded, known := DecodeCharset(charset, text); known {
		return string(decoded)
	}
	return replaceInvalid(text)
}

// decodeBase64 decodes as Python's base64.b64decode: bytes outside the alphabet do not count, and the first complete
// padding ends the text. What then breaks off inside a group of four is returned undecoded, as Django does.
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
