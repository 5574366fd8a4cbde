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

func TestCrafterVectorsVerifyAfterImport(t *testing.T) {
	t.Parallel()
	rows := append(readVectors(t).Crafter, vector{Password: right, Encoded: crafterRight},
		vector{Password: "ab\x00ab", Encoded: crafterNUL})
	for _, row := range rows {
		t.Run(row.Encoded, func(t *testing.T) {
			t.Parallel()
			hasher, work := newHasher(t, 4)
			kept, err := hasher.Import(row.Encoded)
			if err != nil {
				t.Fatalf("Import: %v", err)
			}
			digest, salt, _ := strings.Cut(row.Encoded, "|")
			if !strings.HasPrefix(kept, crafterOf(salt, "$2a$04$")) || strings.Contains(kept, digest) {
				t.Errorf("got %q, want the salt and bcrypt of cost 4 without the digest", kept)
			}
			if got := work.total(); got != 16 {
				t.Errorf("Import: got %d units of work, want 16", got)
			}
			if err := Check(kept); err != nil {
				t.Errorf("Check: %v", err)
			}
			for password, want := range map[string]bool{
				row.Password: true, row.Password + "x": false, row.Password[1:]: false, "ab": false, wrong: false, "": false,
				digest: false, row.Encoded: false,
			} {
				if match, err := hasher.Verify(kept, password); match != want || err != nil {
					t.Errorf("Verify(%q): got %v, error %v, want %v", password, match, err, want)
				}
			}
		})
	}
}

func TestImportWrapsWithItsOwnCostAndSalt(t *testing.T) {
	t.Parallel()
	first, second := mustImport(t, 5, crafterRight), mustImport(t, 5, crafterRight)
	if hash, err := parse(first); err != nil || hash.units != 32 {
		t.Errorf("got %d, error %v, want 32 units", hash.units, err)
	}
	if salt := len(crafterOf(someSalt, "$2a$05$")) + 22; first[:salt] == second[:salt] {
		t.Errorf("two imports share bcrypt's salt %q", first[:salt])
	}
}

func TestImportKeepsOtherHashesAsTheyAre(t *testing.T) {
	t.Parallel()
	rows := []string{
		dummy(4), dummy(14), "bcrypt$" + dummy(4), "bcrypt_sha256$" + dummy(4),
		pbkdf2SHA256("1000"), pbkdf2SHA1("1000"), scryptOf("16", "8", "1"), argon2Of("m=8,t=1,p=1"),
		crafterOf(someSalt, dummy(4)), strings.Replace(pbkdf2SHA256("1000"), "seasalt", "sea|salt", 1),
	}
	for _, row := range readVectors(t).Django {
		if row.Algorithm != "md5" {
			rows = append(rows, row.Encoded)
		}
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
		{"only a separator", "|", ErrFormat},
		{"no digest", "|" + salt, ErrFormat},
		{"no salt", digest + "|", ErrFormat},
		{"a third part", crafterRight + "|", ErrFormat},
		{"other order", salt + "|" + digest, ErrFormat},
		{"dollar for the bar", digest + "$" + salt, ErrFormat},
		{"digest of 31 bytes", base64.StdEncoding.EncodeToString(make([]byte, 31)) + "|" + salt, ErrFormat},
		{"salt of 15 bytes", digest + "|" + base64.StdEncoding.EncodeToString(make([]byte, 15)), ErrFormat},
		{"salt of 17 bytes", digest + "|" + base64.StdEncoding.EncodeToString(make([]byte, 17)), ErrFormat},
		{"without padding", strings.ReplaceAll(crafterRight, "=", ""), ErrFormat},
		{"loose bits", strings.Replace(crafterRight, "Bs=", "Bt=", 1), ErrFormat},
		{"line break", crafterRight + "\n", ErrFormat},
		{"NUL", crafterRight + "\x00", ErrFormat},
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

func TestSecurity11MalformedWrappedCrafterIsRefused(t *testing.T) {
	t.Parallel()
	hash := dummy(4)
	for _, row := range []struct{ name, stored string }{
		{"bare", crafterRight},
		{"only the prefix", "crafter_bcrypt$"},
		{"no salt", crafterOf("", hash)},
		{"no bcrypt", crafterOf(someSalt, "")},
		{"bare digest inside", crafterOf(someSalt, "$"+crafterRight[:44])},
		{"salt of 15 bytes", crafterOf("AAECAwQFBgcICQoLDA0O", hash)},
		{"salt of 17 bytes", crafterOf("AAECAwQFBgcICQoLDA0ODxA=", hash)},
		{"salt without padding", crafterOf(someSalt[:22], hash)},
		{"salt with loose bits", crafterOf(someSalt[:21]+"x==", hash)},
		{"salt in the URL alphabet", crafterOf("-_"+someSalt[2:], hash)},
		{"line break in the salt", crafterOf(someSalt[:4]+"\n"+someSalt[4:], hash)},
		{"dollar after the salt", crafterOf(someSalt+"$", hash)},
		{"other case", "CRAFTER_BCRYPT$" + someSalt + hash},
		{"2x", crafterOf(someSalt, strings.Replace(hash, "$2b", "$2x", 1))},
		{"cost 03", crafterOf(someSalt, strings.Replace(hash, "$04", "$03", 1))},
		{"bcrypt of 59 bytes", crafterOf(someSalt, hash[:59])},
		{"a 61st byte", crafterOf(someSalt, hash+".")},
		{"padding in bcrypt", crafterOf(someSalt, hash[:59]+"=")},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			refused(t, row.stored, ErrFormat)
		})
	}
}
