package socialid

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"gatehouse/shared/login"
)

// tokens are the two tokens of one login. The store has them only as digests, and sealed under the application's secret, of
// which it has only a digest too. So a reader of the tables can use none of them, and after the secret was rotated the sealed
// ones are lost.
type tokens struct{ connection, loginToken string }

// tokensOf returns the tokens of an accepted login.
func tokensOf(result login.Result) tokens {
	return tokens{connection: result.Issued[0].Token, loginToken: result.Issued[1].Token}
}

const saltBytes = 32

// seal encrypts the tokens with AES-256-GCM and returns them as a JSON string. Key and nonce are derived from the secret and a
// salt of their own, so no two sealings share them, however many logins an application makes.
func (t tokens) seal(random io.Reader, secret string) ([]byte, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(random, salt); err != nil {
		return nil, fmt.Errorf("making a salt: %w", err)
	}
	aead, nonce, err := sealing(secret, salt)
	if err != nil {
		return nil, err
	}
	return json.Marshal(aead.Seal(salt, nonce, []byte(t.connection+" "+t.loginToken), nil))
}

// open returns the tokens that were sealed under the secret; ok is false for another secret, and for data that is not whole.
func open(data []byte, secret string) (t tokens, ok bool) {
	var sealed []byte
	if err := json.Unmarshal(data, &sealed); err != nil || len(sealed) < saltBytes {
		return tokens{}, false
	}
	aead, nonce, err := sealing(secret, sealed[:saltBytes])
	if err != nil {
		return tokens{}, false
	}
	plain, err := aead.Open(nil, nonce, sealed[saltBytes:], nil)
	if err != nil {
		return tokens{}, false
	}
	t.connection, t.loginToken, ok = strings.Cut(string(plain), " ")
	return t, ok
}

// sealing derives the cipher and the nonce of one sealing (RFC 5869).
func sealing(secret string, salt []byte) (aead cipher.AEAD, nonce []byte, err error) {
	const keyBytes, nonceBytes = 32, 12
	derived, err := hkdf.Key(sha256.New, []byte(secret), salt, "gatehouse: tokens of a Social ID login", keyBytes+nonceBytes)
	if err != nil {
		return nil, nil, fmt.Errorf("deriving a key: %w", err)
	}
	block, err := aes.NewCipher(derived[:keyBytes])
	if err == nil {
		aead, err = cipher.NewGCM(block)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("making a cipher: %w", err)
	}
	return aead, derived[keyBytes:], nil
}
