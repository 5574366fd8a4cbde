package bulk

import (
	"strings"
	"testing"
)

// FuzzForms has every form read what nobody wrote: whatever it is, it is split in the order of its lines and each line is
// a user or refused.
func FuzzForms(f *testing.F) {
	f.Add(`{"id": 1, "username": "jane", "email": "jane@example.com", "created_at": "2026-01-02T03:04:05Z", "permissions": ["A"]}`)
	f.Add("\uFEFF" + `[{"model": "auth.group", "pk": 1, "fields": {}},` + "\n" + `{"model": "auth.user", "pk": 7, "fields":
 {"username": "zoë", "is_active": true, "date_joined": "2026-01-02T03:04:05.678Z", "groups": [1]}}]`)
	f.Add("id,username,password_hash,created_at\n1,\"a\"\"\nb\",,2026-01-02\n2,\"x\n")
	f.Fuzz(func(t *testing.T, file string) {
		for _, form := range []Form{JSONLines(), Django(DjangoModel, false), &table{}} {
			last := 0
			for each := range form.lines(&plainText{source: strings.NewReader(file)}) {
				if each.err != nil {
					continue
				}
				if each.number < last || len(each.text) == 0 {
					t.Errorf("%T: line %d of %d bytes came after line %d", form, each.number, len(each.text), last)
				}
				last = each.number
				if record, err := each.record(); err == nil && record.ID < 0 {
					t.Errorf("%T: line %d has the id %d", form, each.number, record.ID)
				}
			}
		}
	})
}
