package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qualsys/issue/payment"
	"qualsys/issue/statuslist"
	"qualsys/registry/sample"
	"qualsys/web"
	"qualsys/web/public"
)

// routes are what belongs to no audience: lists for verifiers, events of the
// payment company, and whether we are well.
func (s *system) routes() []web.Route {
	list := []web.Route{
		web.GET("/issued/:prefix", web.Everybody, s.issued).In(web.Verification),
		web.GET("/.well-known/qualsys/trust.cose", web.Everybody, s.trust.serveCOSE).In(web.Light),
		web.GET("/.well-known/qualsys/trust.json", web.Everybody, s.trust.serveJSON).In(web.Light),
		web.GET("/healthz", web.Everybody, s.health).In(web.Light),
		web.POST("/webhooks/stripe", web.Hooks, s.webhook).Limited(256<<10, 15*time.Second),
	}
	if s.cfg.Demo {
		list = append(list, web.GET("/demo", web.Everybody, s.demoPage))
	}
	return list
}

// issued serves the signed list of released digests that begin with a prefix.
func (s *system) issued(c *gin.Context) error {
	prefix, err := statuslist.ParsePrefix(c.Param("prefix"))
	if err != nil {
		return web.ErrNoPage
	}
	entries, err := s.issuer.Log().Range(c.Request.Context(), prefix)
	if err != nil {
		return err
	}
	r, err := statuslist.Build(prefix, entries, s.keys.DecoySecret, s.clock.Now())
	if err != nil {
		return err
	}
	signed, err := r.Sign(s.keys.Status.ID, s.keys.Status)
	if err != nil {
		return err
	}
	h := c.Writer.Header()
	h.Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(statuslist.MaxAge.Seconds())))
	h.Set("Access-Control-Allow-Origin", "*")
	c.Data(http.StatusOK, "application/cose", signed)
	return nil
}

// webhook takes an event of the payment company: the raw body is verified
// before anything in it is believed.
func (s *system) webhook(c *gin.Context) error {
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return errors.Join(web.ErrTooLarge, err)
	}
	err = s.payments.Receive(c.Request.Context(), body, c.GetHeader("Stripe-Signature"))
	if errors.Is(err, payment.ErrForged) { // not a defect of ours, whoever sends it
		slog.WarnContext(c.Request.Context(), "webhook refused", "error", err)
		c.String(http.StatusBadRequest, "refused\n")
		return nil
	}
	if err != nil {
		return err
	}
	c.Status(http.StatusOK)
	return nil
}

// health says whether the database answers; nothing else about us.
func (s *system) health(c *gin.Context) error {
	if err := s.db.Ping(c.Request.Context()); err != nil {
		c.String(http.StatusServiceUnavailable, "no database\n")
		return nil
	}
	c.String(http.StatusOK, "ok\n")
	return nil
}

// demoPage tells who can log in and where the simulated parties are.
func (s *system) demoPage(c *gin.Context) error {
	var people []public.DemoPerson
	for _, p := range sample.Named() {
		people = append(people, public.DemoPerson{Name: p.Name.String(), Note: notes[p.Key]})
	}
	sites := []public.DemoSite{
		{Name: "マイナンバーカード・職員のログイン / identity", Href: strings.TrimSuffix(s.cfg.HolderIssuer, "/holder"), Text: s.cfg.HolderIssuer},
		{Name: "住民票・戸籍 / resident and family register", Href: s.cfg.EvidenceURL, Text: "結婚・転居・本籍の変更 / marry and move people"},
		{Name: "決済会社 / payment company", Href: s.cfg.StripeURL, Text: "支払い・失敗・二重払い / pay, decline, pay twice"},
		{Name: "メール / mail", Href: s.cfg.MailPage, Text: "届いたメールを読む / read what was sent"},
	}
	return web.Page(c, http.StatusOK, public.DemoPage(web.View(c), people, sites))
}
