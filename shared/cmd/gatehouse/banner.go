package main

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"gatehouse/shared/product"
)

// banner is what `serve` prints when it is ready: where the endpoints are, and a request for each that can be pasted.
type banner struct {
	address  net.Addr
	basePath string
	products []product.Product
	store    string   // as --store takes it
	users    int      // in the realms of the products, counted up to manyUsers
	asked    bool     // whether demo users were asked for
	added    bool     // whether they were added now
	demo     []string // what the directory holds of the demo
}

// manyUsers is where counting the users stops: it takes longer than anyone waits for a server to start.
const manyUsers = 1000

// String is the whole text. It has no secrets but those of the demo.
func (b banner) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "Gatehouse answers at %s\nThe store %s holds %s.\n", b.base(), b.store, b.population())
	switch {
	case b.added:
		text.WriteString("\nThe directory was empty. It now holds the documents' users, whose passwords everyone knows:\n\n")
		for _, p := range b.products {
			fmt.Fprintf(&text, "  %-10s %s\n", p.Login.User.Username, p.Login.User.Password)
		}
		for _, p := range b.products {
			if app := p.Login.Application; app != nil {
				fmt.Fprintf(&text, "\nand the application %d of %s, with the document's secret.\n", app.ID, p.Title)
			}
		}
	case b.asked:
		text.WriteString("\nThe directory is not empty: no demo user was added.\n")
	case len(b.demo) > 0:
		fmt.Fprintf(&text, "\nWARNING: the directory holds the demo's %s, whose passwords everyone knows.\n"+
			"Remove them before anyone else can reach it.\n", strings.Join(b.demo, ", "))
	}
	for _, p := range b.products {
		fmt.Fprintf(&text, "\n%s\n\n%s\n", p.Title, b.curl(p.Login))
	}
	fmt.Fprintf(&text, "\nNext\n\n%s\n", b.next())
	return text.String()
}

// population describes how many users there are.
func (b banner) population() string {
	switch b.users {
	case 0:
		return "no users: nobody can log in yet"
	case manyUsers:
		return plural(b.users, "user") + " or more"
	}
	return plural(b.users, "user")
}

// next is a command to try next on the store that is served.
func (b banner) next() string {
	command := "gatehouse users add --username jane.doe --email jane.doe@example.com"
	switch {
	case b.hasDemo():
		command = "gatehouse users show " + b.products[0].Login.User.Username
	case b.users > 0:
		command = "gatehouse users list --limit 20"
	}
	if b.store != defaultStore {
		command += " --store '" + b.store + "'"
	}
	return command
}

// hasDemo reports whether the requests of the demo's users work.
func (b banner) hasDemo() bool {
	parts := len(b.products)
	for _, p := range b.products {
		if p.Login.Application != nil {
			parts++
		}
	}
	return b.added || b.asked && len(b.demo) == parts
}

// curl returns a login to paste: the demo user's, or one to fill in.
func (b banner) curl(l product.Login) string {
	if !b.hasDemo() {
		return l.Curl(b.base(), "NAME", "PASSWORD", "APPLICATION:SECRET")
	}
	if app := l.Application; app != nil {
		return l.Curl(b.base(), l.Name, l.User.Password, fmt.Sprintf("%d:%s", app.ID, app.Secret))
	}
	return l.Curl(b.base(), l.Name, l.User.Password, "")
}

// base returns a URL by which this machine reaches the endpoints, also where the server listens at every address.
func (b banner) base() string {
	host := b.address.String()
	if listening, err := netip.ParseAddrPort(host); err == nil {
		name := listening.Addr().Unmap().String()
		if listening.Addr().IsUnspecified() {
			name = "localhost"
		}
		host = net.JoinHostPort(name, strconv.Itoa(int(listening.Port())))
	}
	return "http://" + host + b.basePath
}

// reachable reports whether other machines may reach the address.
func reachable(address net.Addr) bool {
	listening, err := netip.ParseAddrPort(address.String())
	return err != nil || !listening.Addr().Unmap().IsLoopback()
}
