package main

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"gatehouse/shared/demo"
	"gatehouse/shared/template"
)

// banner is what `serve` prints when it is ready: where the endpoints are, and a request for each that can be pasted.
type banner struct {
	address   net.Addr
	basePath  string
	functions []template.Function
	store     string   // as --store takes it
	users     int      // in the realms of the products, counted up to manyUsers
	asked     bool     // whether demo users were asked for
	added     bool     // whether they were added now
	demo      []string // what the directory holds of the demo
}

// manyUsers is where counting the users stops: it takes longer than anyone waits for a server to start.
const manyUsers = 1000

// example is how a product's document sends its login.
type example struct {
	title   string
	slash   bool   // whether the document's path ends with one
	options string // of curl, with a %v for each credential
	demo    []any  // the credentials of the demo user from the product's document
	own     []any  // what stands in their place for users of one's own
}

// examples are by the function's name in the template.
var examples = map[string]example{
	"AISquareLogin": {
		title: "AISquare Studio", slash: true,
		options: `-H 'Content-Type: application/json' -d '{"login":"%v","password":"%v"}'`,
		demo:    []any{demo.Jane.Username + "@example.com", demo.Jane.Password},
		own:     []any{"LOGIN", "PASSWORD"},
	},
	"CrafterLogin": {
		title:   "CrafterCMS Studio",
		options: `-H 'Content-Type: application/json' -d '{"username":"%v","password":"%v"}'`,
		demo:    []any{demo.Admin.Username, demo.Admin.Password},
		own:     []any{"USERNAME", "PASSWORD"},
	},
	"UnleashLogin": {
		title:   "Unleash",
		options: `-H 'Content-Type: application/json' -d '{"username":"%v","password":"%v"}'`,
		demo:    []any{demo.Hunter.Username, demo.Hunter.Password},
		own:     []any{"USERNAME", "PASSWORD"},
	},
	"SocialIDLogin": {
		title:   "Social ID Now",
		options: "-d '{\"username\":\"%v\",\"password\":\"%v\"}' \\\n  -H 'Content-type: application/json' --user %v:%v",
		demo:    []any{demo.John.Username, demo.John.Password, demo.ApplicationID, demo.ApplicationSecret},
		own:     []any{"USERNAME", "PASSWORD", "APPLICATION", "SECRET"},
	},
}

// String is the whole text. It has no secrets but those of the demo.
func (b banner) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "Gatehouse answers at %s\nThe store %s holds %s.\n", b.base(), b.store, b.population())
	switch {
	case b.added:
		text.WriteString("\nThe directory was empty. It now holds the documents' users, whose passwords everyone knows:\n\n")
		for _, user := range []demo.Login{demo.Jane, demo.John, demo.Hunter, demo.Admin} {
			fmt.Fprintf(&text, "  %-10s %s\n", user.Username, user.Password)
		}
		fmt.Fprintf(&text, "\nand the application %d of Social ID, with the document's secret.\n", demo.ApplicationID)
	case b.asked:
		text.WriteString("\nThe directory is not empty: no demo user was added.\n")
	case len(b.demo) > 0:
		fmt.Fprintf(&text, "\nWARNING: the directory holds the demo's %s, whose passwords everyone knows.\n"+
			"Remove them before anyone else can reach it.\n", strings.Join(b.demo, ", "))
	}
	for _, function := range b.functions {
		for _, route := range function.Events {
			b.endpoint(&text, function.Name, route)
		}
	}
	fmt.Fprintf(&text, "\nNext\n\n%s\n", b.next())
	return text.String()
}

// population is how many users there are.
func (b banner) population() string {
	switch b.users {
	case 0:
		return "no users: nobody can log in yet"
	case 1:
		return "1 user"
	case manyUsers:
		return fmt.Sprintf("%d users or more", manyUsers)
	}
	return fmt.Sprintf("%d users", b.users)
}

// next is a command to try next on the store that is served.
func (b banner) next() string {
	command := "gatehouse users add --username jane.doe --email jane.doe@example.com"
	switch {
	case b.hasDemo():
		command = "gatehouse users show " + demo.Jane.Username
	case b.users > 0:
		command = "gatehouse users list --limit 20"
	}
	if b.store != defaultStore {
		command += " --store '" + b.store + "'"
	}
	return command
}

// hasDemo reports whether the requests of the demo's users work.
func (b banner) hasDemo() bool { return b.added || b.asked && len(b.demo) == demo.Parts }

// endpoint is one route, with a request for it if the product is known.
func (b banner) endpoint(text *strings.Builder, function string, route template.Route) {
	e, ok := examples[function]
	if !ok {
		fmt.Fprintf(text, "\n%s: %s %s%s\n", function, route.Method, b.base(), route.Path)
		return
	}
	path, credentials := route.Path, e.own
	if e.slash {
		path += "/"
	}
	if b.hasDemo() {
		credentials = e.demo
	}
	options := fmt.Sprintf(e.options, credentials...)
	fmt.Fprintf(text, "\n%s\n\ncurl -iX POST '%s%s' \\\n  %s\n", e.title, b.base(), path, options)
}

// base returns a URL by which this machine reaches the endpoints.
func (b banner) base() string { return "http://" + b.host() + b.basePath }

// host returns an address that works on this machine, also where the server listens at every one.
func (b banner) host() string {
	listening, err := netip.ParseAddrPort(b.address.String())
	if err != nil {
		return b.address.String()
	}
	host := listening.Addr().Unmap().String()
	if listening.Addr().IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, strconv.Itoa(int(listening.Port())))
}

// reachable says whether other machines may reach the address.
func reachable(address net.Addr) bool {
	listening, err := netip.ParseAddrPort(address.String())
	return err != nil || !listening.Addr().Unmap().IsLoopback()
}
