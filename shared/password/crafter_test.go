package password

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

const (
	someSalt = "AAECAwQFBgcICQoLDA0ODw==" // the bytes 0 to 15

	// Crafter's own form of right, and of "ab\x00ab" (computed with Python's hashlib).
	crafterRight = "7C3FsCfgbuL71ccDGkDZrnbIEwcOpWoncPiHIswFEBs=|" + someSalt
	crafterNUL   = "aQdalxyaNK4lT9Mp3bxZJc0D2TMOOs4VVU8+CaBQEG8=|" + someSalt
)

// mustImport is what a Hasher of the given cost keeps of an imported hash.
func mustImport(t testing.TB, cost int, stored string) string {
	t.Helper()
	hasher, _ := newHasher(t, cost)
	kept, err := hasher.Import(stored)
	if err != nil {
		t.Fatalf("Import(%q): %v", stored, err)
	}
	return kept
}

func TestImportWrapsCraftersDigest(t *testing.T) {
	t.Parallel()
	for password, stored := range map[string]string{right: crafterRight, "ab\x00ab": crafterNUL} {
		hasher, work := newHasher(t, 4)
		kept, err := hasher.Import(stored)
		if err != nil {
			t.Fatalf("Import: %v", err)
		}
		digest, salt, _ := strings.Cut(stored, "|")
		if !strings.HasPrefix(kept, crafterOf(salt, "$2a$04$")) || strings.Contains(kept, digest) {
			t.Errorf("got %q, want the salt and bcrypt of cost 4 without the digest", kept)
		}
		if got := work.total(); got != 16 || Check(kept) != nil {
			t.Errorf("Import: got %d units of work, want 16; Check: %v", got, Check(kept))
		}
		for guess, want := range map[string]bool{
			password: true, password + "x": false, password[1:]: false, "ab": false, wrong: false, "": false, digest: false, stored: false,
		} {
			if match, err := hasher.Verify(kept, guess); match != want || err != nil {
				t.Errorf("Verify(%q): got %v, error %v, want %v", guess, match, err, want)
			}
		}
	}
}

func TestImportKeepsOtherHashesAsTheyAre(t *testing.T) {
	t.Parallel()
	rows := []string{
		dummy(4), dummy(14), "bcrypt$" + dummy(4), "bcrypt_sha256$" + dummy(4),
		pbkdf2SHA256("1000"), pbkdf2SHA1("1000"), scryptOf("16", "8", "1"), argon2Of("m=8,t=1,p=1"),
		crafterOf(someSalt, dummy(4)), strings.Replace(pbkdf2SHA256("1000"), "seasalt", "sea|salt", 1),
	}
	hasher, work := newHasher(t, 4)
	for _, stored := range rows {
		if kept, err := hasher.Import(stored); kept != stored || err != nil {
			t.Errorf("Import(%q): got %q, error %v", stored, kept, err)
		}
	}
	for _, unusable := range []string{"", "!", "!" + strings.Repeat("A", 40), "!" + crafterRight} {
		if kept, err := hasher.Import(unusable); kept != "" || err != nil {
			t.Errorf("Import(%q): got %q, error %v, want nothing to keep", unusable, kept, err)
		}
	}
	if got := work.total(); got != 0 {
		t.Errorf("got %d units of work, want none", got)
	}
}

func TestImportRefusesWhatCannotBeVerified(t *testing.T) {
	t.Parallel()
	digest, salt, _ := strings.Cut(crafterRight, "|")
	for _, row := range []struct {
		name, stored string
		want         error
	}{
		{"plain text", "plaintext", ErrFormat},
		{"md5", "md5$salt$" + strings.Repeat("0", 32), ErrFormat},
		{"bcrypt cost 31", dummy(31), ErrBounds},
		{"wrapped at cost 31", crafterOf(salt, dummy(31)), ErrBounds},
		{"no salt", digest + "|", ErrFormat},
		{"a third part", crafterRight + "|", ErrFormat},
		{"digest of 31 bytes", base64.StdEncoding.EncodeToString(make([]byte, 31)) + "|" + salt, ErrFormat},
		{"salt of 15 bytes", digest + "|" + base64.StdEncoding.EncodeToString(make([]byte, 15)), ErrFormat},
		{"without padding", strings.ReplaceAll(crafterRight, "=", ""), ErrFormat},
		{"loose bits", strings.Replace(crafterRight, "Bs=", "Bt=", 1), ErrFormat},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			hasher, work := newHasher(t, 4)
			kept, err := hasher.Import(row.stored)
			if kept != "" || !errors.Is(err, row.want) {
				t.Fatalf("got %q, error %v, want error %v", kept, err, row.want)
			}
			if got := work.total(); got != 0 {
				t.Errorf("got %d units of work, want none", got)
			}
			reveals(t, err, row.stored)
		})
	}
}
