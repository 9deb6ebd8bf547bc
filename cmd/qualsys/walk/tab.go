package walk

// Tab returns the same browser's next tab: the same cookies, on the same page.
// Tabs may be used at the same time.
func (v *Visitor) Tab() *Visitor {
	tab := *v
	return &tab
}
