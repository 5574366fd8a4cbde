package bulk

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestJSONLines(t *testing.T) {
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
			for each := range JSONLines().lines(&plainText{source: iotest.HalfReader(strings.NewReader(test.source))}) {
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

// TestFormStopsWhereTheSourceDoes: with the fault of the source, after the lines before it.
func TestFormStopsWhereTheSourceDoes(t *testing.T) {
	t.Parallel()
	unplugged := errors.New("unplugged")
	for _, test := range []struct {
		form Form
		text string
	}{
		{JSONLines(), "{\"username\": \"a\"}\n{\"username"},
		{Django("auth.user", false), "[{\"model\": \"auth.user\", \"pk\": 1},\n{\"model"},
		{&table{}, "username\na\nb"},
	} {
		count := 0
		var last line
		for l := range test.form.lines(io.MultiReader(strings.NewReader(test.text), iotest.ErrReader(unplugged))) {
			last, count = l, count+1
		}
		if _, ends := errors.AsType[fault](last.err); count != 2 || !ends || !errors.Is(last.err, unplugged) {
			t.Errorf("%T: %d lines, the last with error %v; want two, the second with the fault", test.form, count, last.err)
		}
	}
}

// TestCSVRows: the text of a row is as the file has it, and a stray quote spoils its own row only.
func TestCSVRows(t *testing.T) {
	t.Parallel()
	var got []string
	source := "\uFEFFusername\r\n\"x\r\ny\"\"\n\"\r\n\r\nb\na \"stray\"\n\"closed\" early\n\"\",c\n\"never\nclosed"
	for l := range (&table{}).lines(&plainText{source: iotest.OneByteReader(strings.NewReader(source))}) {
		got = append(got, fmt.Sprintf("%d:%s:%v", l.number, l.text, l.err))
	}
	want := []string{
		"2:\"x\r\ny\"\"\n\":<nil>", "6:b:<nil>",
		"7:a \"stray\":not valid CSV: bare \" in non-quoted-field",
		"8:\"closed\" early:not valid CSV: extraneous or missing \" in quoted-field",
		"9:\"\",c:<nil>", "10:\"never\nclosed:not valid CSV: extraneous or missing \" in quoted-field",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

// TestUserWithoutAnEnd: neither a quote nor a brace that is never closed makes the import read the whole file into memory.
func TestUserWithoutAnEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		form Form
		text string
	}{
		{&table{}, "username\n\"a"}, {Django("auth.user", false), "[\n{\"model\": \""},
	} {
		source := &counted{Reader: io.MultiReader(strings.NewReader(test.text), endless{})}
		var last line
		for l := range test.form.lines(source) {
			last = l
		}
		if last.err == nil || last.err.Error() != "reading line 2: no user ends within 4194304 bytes" || source.read.Load() > 2*maxAhead {
			t.Errorf("%T: error %v after %d bytes", test.form, last.err, source.read.Load())
		}
	}
}

// endless is a source of one long line.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}
