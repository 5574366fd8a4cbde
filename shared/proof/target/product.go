package target

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/shared/demo"
	"gatehouse/shared/gateway/local"
)

// Product is what a login looks like from outside.
type Product struct {
	Name     string // as in the folders
	Function string // the template's name
	Path     string
	User     demo.Login // one of the demo users

	name     string // the property that names the user
	accepted int    // status
	refused  int
}

// The products. Only Social ID's answers tell refusals apart.
var (
	AISquare = Product{
		"aisquare", "AISquareLogin", "/api/v1/iam/accounts/login", demo.Jane, "login", http.StatusOK, http.StatusBadRequest,
	}
	Crafter = Product{
		"crafter", "CrafterLogin", "/api/1/services/api/1/security/login.json", demo.Admin, "username",
		http.StatusOK, http.StatusUnauthorized,
	}
	Unleash = Product{
		"unleash", "UnleashLogin", "/auth/simple/login", demo.Hunter, "username", http.StatusOK, http.StatusUnauthorized,
	}
	SocialID = Product{
		"socialid", "SocialIDLogin", "/v1/marketing/login/users/login", demo.John, "username",
		http.StatusCreated, http.StatusForbidden,
	}
	Products = []Product{AISquare, Crafter, Unleash, SocialID}
)

// Body is the JSON of a login.
func (p Product) Body(username, password string) string {
	body, err := json.Marshal(map[string]string{p.name: username, "password": password})
	if err != nil {
		panic(err) // strings can always be written
	}
	return string(body)
}

// Request is a login at a target's URL. Social ID's carries the demo application.
func (p Product) Request(url, username, password string) (*http.Request, error) {
	request, err := http.NewRequest(http.MethodPost, url+p.Path, strings.NewReader(p.Body(username, password)))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if p.Name == SocialID.Name {
		request.SetBasicAuth(strconv.Itoa(demo.ApplicationID), demo.ApplicationSecret)
	}
	return request, nil
}

// Event is a login as the gateway hands it to the product's function.
func (p Product) Event(username, password string) events.APIGatewayProxyRequest {
	request, err := p.Request("https://gatehouse.example", username, password)
	if err != nil {
		panic(err) // the products' paths are valid
	}
	request.RemoteAddr = "192.0.2.1:443"
	return local.NewEvent(p.Path, request, []byte(p.Body(username, password)))
}

// Verdict is what an answer says of a login.
type Verdict string

// The verdicts. Refused is that of products that do not say why; the others refine it.
const (
	Accepted Verdict = "accepted"
	Refused  Verdict = "refused"
	Wrong    Verdict = "told wrong"
	Locked   Verdict = "told locked"
	Unknown  Verdict = "told unknown"
	Limited  Verdict = "limited" // over the limit of the source
	Fault    Verdict = "fault"   // 5xx: nothing is said of the password
	Other    Verdict = "other"
)

// Refusal says that the login was decided, and nobody is logged in.
func (v Verdict) Refusal() bool { return v == Refused || v == Wrong || v == Locked || v == Unknown }

// Read gives the verdict of an answer.
func (p Product) Read(status int, body string) Verdict {
	switch {
	case status == p.accepted:
		return Accepted
	case status == http.StatusTooManyRequests:
		return Limited
	case status >= http.StatusInternalServerError:
		return Fault
	case p.Name == SocialID.Name && status == http.StatusNotFound:
		return Unknown
	case status != p.refused:
		return Other
	case strings.Contains(body, `"code":"locked"`):
		return Locked
	case strings.Contains(body, `"code":"invalid_password"`):
		return Wrong
	case p.Name == SocialID.Name:
		return Other
	}
	return Refused
}
