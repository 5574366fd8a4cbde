package wire

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// ParseBasic reads an application's id and secret from the values of the Authorization header, by HTTP Basic authentication
// (RFC 7617). A header that is missing, sent twice, not Basic, not canonical base64, without a colon, or whose user name is
// not a positive decimal number yields id 0 and no secret. No application has them, so a broken header takes the same steps
// as a wrong secret.
func ParseBasic(authorization []string) (id int64, secret string) {
	if len(authorization) != 1 {
		return 0, ""
	}
	scheme, token, _ := strings.Cut(strings.Trim(authorization[0], " \t"), " ")
	token = strings.TrimLeft(token, " ")
	plain, err := base64.StdEncoding.DecodeString(token)
	// Go's decoder ignores line breaks and stray bits, which no client sends: encoding again finds them.
	if err != nil || !strings.EqualFold(scheme, "Basic") || base64.StdEncoding.EncodeToString(plain) != token {
		return 0, ""
	}
	name, secret, found := strings.Cut(string(plain), ":")
	id, err = strconv.ParseInt(name, 10, 64)
	if !found || err != nil || id < 1 || strconv.FormatInt(id, 10) != name {
		return 0, ""
	}
	return id, secret
}
