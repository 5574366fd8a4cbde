package aisquare

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/product"
)

// weaknesses returns what is wrong with a new password in the words of Django's validators, in their order: similarity to the
// user, length, commonness, and nothing but digits. The rules of Gatehouse for all products are among them; a name of the
// service counts as common.
func weaknesses(cfg config.Config, user directory.User, plain string) []string {
	found := similarities(user, plain)
	if broken, ok := errors.AsType[product.RuleError](product.CheckPassword(cfg, []product.Product{names}, user, plain)); ok {
		switch broken.Rule {
		case product.TooShort:
			found = append(found, fmt.Sprintf("This password is too short. It must contain at least %d characters.", broken.Bound))
		case product.TooLong:
			found = append(found, fmt.Sprintf("This password is too long. It must contain at most %d characters.", broken.Bound))
		case product.Common:
			found = append(found, "This password is too common.")
		case product.Named:
			if len(found) == 0 {
				found = append(found, "This password is too common.")
			}
		case product.NotText:
			found = append(found, "Not a valid string.")
		}
	}
	if !strings.ContainsFunc(plain, func(r rune) bool { return !unicode.IsDigit(r) }) {
		found = append(found, "This password is entirely numeric.")
	}
	return found
}

// mostSimilar is the max_similarity of Django's UserAttributeSimilarityValidator.
const mostSimilar = 0.7

// notWord separates the parts of a text as Python's \W+ does. It is compiled when it is first needed, so that functions that
// never need it start faster.
var notWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[^\p{L}\p{N}_]+`) })

// similarities is Django's UserAttributeSimilarityValidator, which stops at the first attribute.
func similarities(user directory.User, plain string) []string {
	first, last, _ := strings.Cut(user.Name, " ")
	plain = strings.ToLower(plain)
	for _, attribute := range []struct{ name, value string }{
		{"username", user.Username}, {"first name", first}, {"last name", last}, {"email", user.Email},
	} {
		value := strings.ToLower(attribute.value)
		for _, part := range append(notWord().Split(value, -1), value) {
			if similar(plain, part) {
				return []string{"The password is too similar to the " + attribute.name + "."}
			}
		}
	}
	return nil
}

// similar reports whether Python's SequenceMatcher.quick_ratio() of two texts is at least mostSimilar: twice the number of
// characters that they share, in any order, by the sum of their lengths. A part of less than a tenth of the password is not
// compared.
func similar(plain, part string) bool {
	length, size := utf8.RuneCountInString(plain), utf8.RuneCountInString(part)
	if size == 0 || length >= 10*size && float64(size) < mostSimilar/2*float64(length) {
		return false
	}
	left, shared := map[rune]int{}, 0
	for _, r := range part {
		left[r]++
	}
	for _, r := range plain {
		if left[r] > 0 {
			left[r]--
			shared++
		}
	}
	return 2*float64(shared)/float64(length+size) >= mostSimilar
}
