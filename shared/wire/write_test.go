package wire_test

import (
	"testing"

	"gatehouse/shared/wire"
)

func TestAppendQuoted(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"quote and backslash", `"\/`, `"\"\\/"`},
		{"named controls", "\b\t\n\f\r", `"\b\t\n\f\r"`},
		{"other controls", "\x00\x0b\x1f", `"\u0000\u000b\u001f"`},
		{"nothing else is escaped", "<&>'\x7fé\u2028\u2029🔑\ufffd", "\"<&>'\x7fé\u2028\u2029🔑\ufffd\""},
		{"lone surrogates", "a\xed\xa0\x80\xed\xbf\xbfb", `"a\ud800\udfffb"`},
		{"broken surrogate", "\xed\xa0", "\"\ufffd\ufffd\""},
		{"invalid UTF-8", "a\xffb", "\"a\ufffdb\""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := string(wire.AppendQuoted(nil, tt.text)); got != tt.want {
				t.Errorf("AppendQuoted(%q) = %s, want %s", tt.text, got, tt.want)
			}
		})
	}
}

func TestMarshal(t *testing.T) {
	t.Parallel()
	body := struct {
		Second string    `json:"second"`
		First  wire.Text `json:"first"`
		Absent wire.Text `json:"absent,omitempty"`
		Large  int64     `json:"large"`
		None   *bool     `json:"none"`
	}{Second: `<é>&"`, First: "a\u2028\xed\xa0\x80\xff", Large: 1 << 53}
	want := `{"second":"<é>&\"","first":"a` + "\u2028" + `\ud800` + "\ufffd" + `","large":9007199254740992,"none":null}`
	if got := string(wire.Marshal(body)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	defer func() {
		if recover() == nil {
			t.Error("a channel was marshalled")
		}
	}()
	wire.Marshal(make(chan int))
}
