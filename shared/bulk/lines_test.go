package bulk

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
)

func TestLinesOf(t *testing.T) {
	t.Parallel()
	full := strings.Repeat("x", maxLine)
	tests := []struct{ name, source, want string }{
		{"nothing", "", ""},
		{"blank lines", "\n\r\n \t\n", ""},
		{"a byte order mark alone", "\uFEFF", ""},
		{"a byte order mark later", "a\n\uFEFFb", "1:a 2:\uFEFFb"},
		{"no line break at the end", "a\nb", "1:a 2:b"},
		{"line breaks of Windows", "a\r\n\r\nb\r\n", "1:a 3:b"},
		{"a line of the greatest length", full + "\nb", fmt.Sprintf("1:%d bytes 2:b", maxLine)},
		{"the same with a line break of Windows", full + "\r\nb", fmt.Sprintf("1:%d bytes 2:b", maxLine)},
		{"the same at the end", "a\n" + full, fmt.Sprintf("1:a 2:%d bytes", maxLine)},
		{"a longer line", "a\nx" + full + "\nb", "1:a 2:too long 3:b"},
		{"a much longer line", full + full + full + "\nb", "1:too long 2:b"},
		{"a longer line at the end", "a\nx" + full, "1:a 2:too long"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for each := range linesOf(iotest.HalfReader(strings.NewReader(test.source))) {
				text := string(each.text)
				switch {
				case errors.Is(each.err, errLineTooLong):
					text = "too long"
				case each.err != nil:
					t.Fatalf("line %d: %v", each.number, each.err)
				case len(text) > 100:
					text = fmt.Sprint(len(text), " bytes")
				}
				got = append(got, fmt.Sprint(each.number, ":", text))
			}
			if got := strings.Join(got, " "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestLinesOfStops(t *testing.T) {
	t.Parallel()
	fault := errors.New("unplugged")
	var last line
	count := 0
	for each := range linesOf(iotest.TimeoutReader(iotest.OneByteReader(iotest.ErrReader(fault)))) {
		last, count = each, count+1
	}
	if count != 1 || !errors.Is(last.err, fault) {
		t.Errorf("%d lines, the last with error %v; want one, with the fault", count, last.err)
	}
	for each := range linesOf(strings.NewReader("a\nb\nc")) {
		last = each
		break
	}
	if string(last.text) != "a" {
		t.Errorf("the first line is %q, want a", last.text)
	}
}

func TestRowsOf(t *testing.T) {
	t.Parallel()
	var got []string
	for each := range rowsOf(iotest.OneByteReader(strings.NewReader("a,\"x\r\ny\"\"\n\"\r\n\r\nb\n\"\",c"))) {
		if each.err != nil {
			t.Fatalf("line %d: %v", each.number, each.err)
		}
		got = append(got, string(rune('0'+each.number))+":"+string(each.text))
	}
	if got, want := strings.Join(got, "|"), "1:a,\"x\r\ny\"\"\n\"|5:b|6:\"\",c"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
