package target

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/functions"
	"gatehouse/shared/config"
	"gatehouse/shared/gateway/local"
	"gatehouse/shared/login"
	"gatehouse/shared/product"
)

// Product is a product as a client sees it.
type Product struct {
	Name     string // as in the folders
	Function string // the template's name of its login
	Path     string
	User     User // the documents' example user

	login *product.Login
	cap   int
}

// User is a name and a password.
type User struct{ Username, Password string }

// Products are all products, in the order of functions.Products.
var Products = all()

// First returns the first product that holds, or the first of all if none does.
func First(holds func(Product) bool) Product {
	return Products[max(slices.IndexFunc(Products, holds), 0)]
}

// Where returns the products that hold.
func Where(holds func(Product) bool) []Product {
	return slices.DeleteFunc(slices.Clone(Products), func(p Product) bool { return !holds(p) })
}

func all() []Product {
	var products []Product
	for _, p := range functions.Products() {
		login := p.Login
		products = append(products, Product{
			Name: p.Name, Function: login.Endpoint.Function, Path: login.Endpoint.Path,
			User: User{login.User.Username, login.User.Password}, login: &login,
			cap: capOf(p.Settings),
		})
	}
	return products
}

// Application returns the example application that calls; nil where clients send none.
func (p Product) Application() *product.Application { return p.login.Application }

// Applies reports whether an application calls. If so, the limit of a source counts only its failed authentications.
func (p Product) Applies() bool { return p.login.Application != nil }

// Public reports whether users call by themselves, so that every request counts against its source.
func (p Product) Public() bool { return !p.Applies() }

// Tells reports whether a refusal tells its cause.
func (p Product) Tells() bool { return p.login.Told != nil }

// Silent reports whether all refusals are alike.
func (p Product) Silent() bool { return !p.Tells() }

// Cap is the number of sessions that a user may have by default; 0 is no limit.
func (p Product) Cap() int { return p.cap }

func capOf(settings []config.Setting) int {
	for _, setting := range settings {
		if strings.HasSuffix(setting.Name, sessionCap) {
			most, _ := strconv.Atoi(setting.Default) // bounded by the setting
			return most
		}
	}
	return 0
}

// Capped reports whether there is such a limit, so that each login lists the sessions.
func (p Product) Capped() bool { return p.cap > 0 }

// Body is the JSON of a login.
func (p Product) Body(username, password string) string { return p.login.Body(username, password) }

// Request is a login at a target's URL, sent by the example application where the product has one.
func (p Product) Request(url, username, password string) (*http.Request, error) {
	return p.login.Request(context.Background(), url, username, password)
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

// Refusal means that the login was decided, and nobody is logged in.
func (v Verdict) Refusal() bool { return v == Refused || v == Wrong || v == Locked || v == Unknown }

// Read returns the verdict of an answer.
func (p Product) Read(status int, body string) Verdict {
	switch {
	case status == p.login.Accepted:
		return Accepted
	case status == http.StatusTooManyRequests:
		return Limited
	case status >= http.StatusInternalServerError:
		return Fault
	case p.login.Told == nil && status == p.login.Refused:
		return Refused
	}
	for text, outcome := range p.login.Told {
		if strings.Contains(body, text) {
			return verdicts[outcome]
		}
	}
	return Other
}

var verdicts = map[login.Outcome]Verdict{
	login.UnknownUser: Unknown, login.WrongPassword: Wrong, login.Locked: Locked,
	login.Inactive: Other, login.Unconfirmed: Other,
}
