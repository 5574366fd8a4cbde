package wire_test

import (
	"testing"

	"gatehouse/shared/wire"
)

func TestDecodeCharset(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, label, body, want string }{
		{"utf-8 keeps its mark", "UTF8", "\ufeffa", "\ufeffa"},
		{"utf-8, one U+FFFD a maximal subpart", "utf_8", "a\xe2\x82b\xff\xed\xa0\x80", "a\ufffdb\ufffd\ufffd\ufffd\ufffd"},
		{"utf-16 with a big-endian mark", "utf-16", "\xfe\xff\x00a\xd8\x3d\xdd\x11", "a🔑"},
		{"utf-16 without a mark", "utf16", "a\x00", "a"},
		{"utf-16le keeps its mark", "utf-16le", "\xff\xfea\x00", "\ufeffa"},
		{"utf-16be", "UTF_16BE", "\x00a", "a"},
		{"utf-16 lone surrogate", "utf-16be", "\xd8\x00\x00a", "\ufffda"},
		{"iso-8859-1", "ISO-8859-1", "zo\xeb\x80\xa4", "zoë\u0080¤"},
		{"us-ascii", "us-ascii", "a\x7f\x80\xff", "a\x7f\ufffd\ufffd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, known := wire.DecodeCharset(tt.label, []byte(tt.body))
			if string(got) != tt.want || !known {
				t.Errorf("DecodeCharset(%q, %q) = %q, %t, want %q, true", tt.label, tt.body, got, known, tt.want)
			}
		})
	}
}

func TestDecodeCharsetUnknown(t *testing.T) {
	t.Parallel()
	for _, label := range []string{"", "bogus", "utf-7", "utf-8 ", "koi8-r", "utf-32", "iso-8859-15", "windows-1252", "\"utf-8\""} {
		got, known := wire.DecodeCharset(label, []byte("a\xff"))
		if string(got) != "a\ufffd" || known {
			t.Errorf("DecodeCharset(%q, %q) = %q, %t, want it read as UTF-8, false", label, "a\xff", got, known)
		}
	}
}
