package httpapi

import (
	"context"

	"golang.org/x/text/language"

	"headwater/lake"
)

var languages = language.NewMatcher([]language.Tag{language.Chinese, language.English})

// chinese tells the caller's language: their own choice, or else what the browser asks.
func chinese(ctx context.Context, accept string) bool {
	if id, ok := who(ctx); ok && id.Language != "" {
		return id.Language == "zh"
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return true
	}
	_, i, _ := languages.Match(tags...)
	return i == 0
}

// choose takes a label in one language, or in the other where that is missing.
func choose(zh bool, l lake.Label) string {
	if zh && l.ZH != "" || l.EN == "" {
		return l.ZH
	}
	return l.EN
}

// languageOf is the caller's language by its code.
func languageOf(ctx context.Context, accept string) string {
	if chinese(ctx, accept) {
		return "zh"
	}
	return "en"
}
