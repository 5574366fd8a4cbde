package target

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"

	"gatehouse/shared/product"
)

// Check asks who is logged in, after a login that had this answer.
func (c *Client) Check(ctx context.Context, url string, product Product, login Answer) (Answer, error) {
	return c.next(ctx, url, product, product.login.Check, login)
}

// Verify asks as a proxy does for a backend, after a login that had this answer.
func (c *Client) Verify(ctx context.Context, url string, by Product, login Answer) (Answer, error) {
	return c.next(ctx, url, by, product.Next{Method: http.MethodGet, Path: "/verify?product=" + by.Name}, login)
}

// Logout ends the session of a login that had this answer.
func (c *Client) Logout(ctx context.Context, url string, product Product, login Answer) (Answer, error) {
	return c.next(ctx, url, product, product.login.Logout, login)
}

// property is a property of the login's JSON in a path.
var property = regexp.MustCompile(`\{\w+\}`)

func (c *Client) next(ctx context.Context, url string, product Product, next product.Next, login Answer) (Answer, error) {
	var body map[string]any
	_ = json.Unmarshal([]byte(login.Body), &body) // another body has no properties
	path := property.ReplaceAllStringFunc(next.Path, func(found string) string {
		text, _ := body[found[1:len(found)-1]].(string)
		return text
	})
	request, err := http.NewRequestWithContext(ctx, next.Method, url+path, http.NoBody)
	if err != nil {
		return Answer{}, err
	}
	for _, cookie := range (&http.Response{Header: login.Header}).Cookies() {
		request.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
		for header, name := range next.Repeats {
			if cookie.Name == name {
				request.Header.Set(header, cookie.Value)
			}
		}
	}
	if app := product.Application(); app != nil {
		request.SetBasicAuth(strconv.FormatInt(app.ID, 10), app.Secret)
	}
	return c.Send(request, product)
}
