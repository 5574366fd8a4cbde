package aisquare

import (
	"reflect"
	"strings"
	"testing"

	"gatehouse/shared/wire"
)

const multipartB = "multipart/form-data; boundary=B"

func TestParseMultipart(t *testing.T) {
	t.Parallel()
	field := func(name, value string) string {
		return "--B\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
	}
	file := func(name string) string {
		return "--B\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"p.txt\"\r\n\r\nx\r\n"
	}
	headed := func(header, value string) string {
		return "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n" + header + "\r\n\r\n" + value + "\r\n"
	}
	const end = "--B--\r\n"
	text := func(value string) wire.Value { return wire.Value{Kind: wire.String, Text: value} }
	tests := []struct {
		name, contentType, body string
		want                    fields
	}{
		{"file as password", multipartB, field("login", "jane.doe") + file("password") + end,
			fields{"login": text("jane.doe"), "password": uploaded}},
		{"file before text of its name", multipartB, file("a") + field("a", "1") + end, fields{"a": uploaded}},
		{"file behind text of its name", multipartB, field("a", "1") + file("a") + end, fields{"a": uploaded}},
		{"empty file name is no file", multipartB, "--B\r\nContent-Disposition: a; name=a; filename=\"\"\r\n\r\n1\r\n" + end,
			fields{"a": text("1")}},
		{"encoded file name", multipartB, "--B\r\nContent-Disposition: form-data; name=a; filename*=UTF-8''p\r\n\r\n1\r\n" + end,
			fields{"a": uploaded}},
		{"name is trimmed", multipartB, field(" a ", " 1 ") + end, fields{"a": text(" 1 ")}},
		{"no name", multipartB, "--B\r\nContent-Disposition: form-data\r\n\r\n1\r\n" + field("a", "2") + end,
			fields{"a": text("2")}},
		{"other disposition", multipartB, "--B\r\ncontent-disposition: attachment; NAME=a\r\n\r\n1\r\n" + end,
			fields{"a": text("1")}},
		{"boundary with a space", `multipart/form-data; boundary="B C"`, strings.ReplaceAll(field("a", "1")+end, "--B", "--B C"),
			fields{"a": text("1")}},

		{"base64", multipartB, headed("Content-Transfer-Encoding: BASE64", "SGVs\r\nbG8=") + end,
			fields{"a": text("Hello")}},
		{"base64 ends with its padding", multipartB, headed("Content-Transfer-Encoding: base64", "SGVsbA==SGVs") + end,
			fields{"a": text("Hell")}},
		{"base64 cut short stays", multipartB, headed("Content-Transfer-Encoding: base64", "SGVsb") + end,
			fields{"a": text("SGVsb")}},

		{"UTF-8", multipartB, field("zoë", "🔑\xff") + end, fields{"zoë": text("🔑\ufffd")}},
		{"charset of a part is ignored", multipartB, headed("Content-Type: text/plain; charset=iso-8859-1", "é") + end,
			fields{"a": text("é")}},
		{"charset of the body", multipartB + "; charset=iso-8859-1", field("a", "\xe9") + end, fields{"a": text("é")}},
		{"unknown charset is UTF-8", multipartB + "; charset=bogus", field("a", "é") + end, fields{"a": text("é")}},

		{"text that breaks off", multipartB, field("a", "1") + strings.TrimSpace(field("b", "2")),
			fields{"a": text("1"), "b": text("2")}},
		{"file that breaks off", multipartB, field("a", "1") + strings.TrimSpace(file("b")), fields{"a": text("1")}},
		{"file without an end mark", multipartB, field("a", "1") + file("b") + "--B", fields{"a": text("1")}},
		{"file with half an end mark", multipartB, file("b") + "--B\r\n", fields{"b": uploaded}},
	}
	for _, tt := range tests {
		got, err := parseMultipart(tt.contentType, []byte(tt.body))
		if err != nil {
			t.Fatalf("parseMultipart(%q, %q): %v", tt.contentType, tt.body, err)
		}
		if !reflect.DeepEqual(fieldsOf(got), tt.want) {
			t.Errorf("parseMultipart(%q, %q) = %+v, want %+v", tt.contentType, tt.body, fieldsOf(got), tt.want)
		}
	}
}

func TestParseMultipartBoundary(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, contentType, want string }{
		{"missing", "multipart/form-data", "Invalid boundary in multipart: None"},
		{"space at the end", `multipart/form-data; boundary="B "`, "Invalid boundary in multipart: B "},
		{"not ASCII", "multipart/form-data; boundary=é", "Invalid boundary in multipart: é"},
	}
	for _, tt := range tests {
		_, err := parseMultipart(tt.contentType, []byte("--B--\r\n"))
		if err == nil || err.Error() != tt.want {
			t.Errorf("parseMultipart(%q): error %q, want %q", tt.contentType, err, tt.want)
		}
	}
}

func fieldsOf(object wire.Value) fields {
	form := fields{}
	for _, member := range object.Members {
		form[member.Name] = member.Value
	}
	return form
}
