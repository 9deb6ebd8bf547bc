package application

import (
	"context"
	"fmt"

	"qualsys/internal/store"
	"qualsys/issue/evidence"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// Case returns an application as an officer of its body sees it, and records
// that it was looked at.
func (s *Service) Case(ctx context.Context, by actor.Actor, id string) (Case, error) {
	var c Case
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		r, err := s.of(tx, by, actor.ViewApplication, id, look)
		if err != nil {
			return err
		}
		if c, err = s.caseOf(tx, by, r); err != nil {
			return err
		}
		return s.audited(tx, by, r, "viewed")
	})
	return c, err
}

func (s *Service) caseOf(tx *store.Tx, by actor.Actor, r row) (c Case, err error) {
	if c.View, err = s.view(tx, r); err != nil {
		return c, err
	}
	c.Holder, c.Body, c.DueOn, c.Overdue = r.Holder, r.BodyID, r.DueOn, r.Overdue
	c.DaysLeft = daysBetween(person.DateAt(tx.Now), r.DueOn)
	c.EventOn, c.LateReason, c.Electronic = r.EventOn, r.Form.V.LateReason, r.Electronic
	if c.Items, err = evidence.ItemsOf(tx, r.ID); err != nil {
		return c, err
	}
	if c.Inquiries, err = evidence.InquiriesOf(tx, r.ID); err != nil {
		return c, err
	}
	for _, q := range c.Inquiries {
		c.Substituted = c.Substituted || q.Substituted
	}
	c.Columns = columns(r, c.Registration.Particulars, c.Items)
	if err := s.given(tx, r, &c); err != nil {
		return c, err
	}
	if c.Own, err = s.ownCase(tx, by, r); err != nil {
		return c, err
	}
	if !r.State.Ended() && r.State != Registered {
		facts, err := s.gateFacts(tx, r, by, "", false)
		if err != nil {
			return c, err
		}
		c.Gate = Gate(facts)
	}
	if err := s.instruct(tx, r, &c); err != nil {
		return c, err
	}
	c.ReturnList, c.RejectList = ReturnReasons, RejectReasons
	c.OfficerCan = officerCan(r, by, c.Own)
	c.Others, err = s.others(tx, by, r)
	return c, err
}

// columns sets asked, registered and evidence side by side.
func columns(r row, reg registry.Particulars, items []evidence.Item) []Column {
	cols := []Column{
		{Item: "name", Registered: reg.Name.String(), Asked: r.AskedName.String(), Changes: r.asks(Name)},
		{Item: "kana", Registered: reg.Kana.String(), Asked: r.AskedKana.String(), Changes: r.asks(Name)},
		{Item: "birth_date", Registered: reg.BirthDate.String()},
		{Item: "domicile", Registered: reg.Domicile.String(), Asked: r.AskedDomicile.String(), Changes: r.asks(Domicile)},
		{Item: "address", Registered: reg.Address.String(), Asked: r.AskedAddress.String(), Changes: r.asks(Address)},
	}
	for i := range cols {
		if !cols[i].Changes {
			cols[i].Asked = cols[i].Registered
		}
		for _, item := range items {
			for _, cmp := range item.Comparisons {
				if string(cmp.Field) == cols[i].Item {
					cols[i].Evidence = append(cols[i].Evidence, Cell{ItemID: item.ID, Source: item.Need.Source, State: item.State,
						Answer: cmp.Answer, Text: cmp.Answered, Segments: person.Diff(cols[i].Asked, cmp.Answered)})
				}
			}
		}
	}
	return cols
}

// given adds what the holder attached.
func (s *Service) given(tx *store.Tx, r row, c *Case) error {
	var files []attachmentRow
	err := tx.Omit("content").Where("application_id = ?", r.ID).Order("at, id").Find(&files).Error
	if err != nil {
		return fmt.Errorf("application: list files: %w", err)
	}
	for _, f := range files {
		c.Attachments = append(c.Attachments, f.attachment())
	}
	var lines []returnRow
	err = tx.Where("application_id = ? AND identifier <> ''", r.ID).Order("round, place").Find(&lines).Error
	if err != nil {
		return fmt.Errorf("application: list identifiers: %w", err)
	}
	for _, l := range lines {
		c.Identifiers = append(c.Identifiers, Identified{ReturnItem: l.ID, Number: l.Identifier, IssuedOn: l.IdentifierOn})
	}
	return nil
}

// instruct proposes the instruction of a refusal.
func (s *Service) instruct(tx *store.Tx, r row, c *Case) error {
	q, err := registry.QualificationOf(tx, r.Qualification, person.DateAt(tx.Now))
	if err != nil {
		return err
	}
	body, err := registry.GetBody(tx, r.BodyID)
	if err != nil {
		return err
	}
	c.Authority, c.Defendant = instruction(q, body)
	return nil
}

func officerCan(r row, by actor.Actor, own bool) OfficerCan {
	if own || by.May(actor.DecideApplication, string(r.BodyID)) != nil {
		return OfficerCan{}
	}
	return OfficerCan{
		Approve: r.State.May(Approve), Return: r.State.May(Return), Reject: r.State.May(Reject),
		AcceptEvidence: r.State.May(AcceptEvidence) || r.State == UnderReview, AskAgain: r.State == EvidenceMismatch || r.State == EvidenceWait,
		Close: r.Overdue && r.State.May(Expire), Extend: r.State.rests(), Reopen: r.State.May(Reopen),
		Hold: r.State.May(Hold) && r.State != Registering, ClearDuplicate: r.State.May(ClearDuplicate),
	}
}

// others lists the other open applications for the same registration.
func (s *Service) others(tx *store.Tx, by actor.Actor, r row) ([]QueueRow, error) {
	var rows []row
	err := tx.Where("registration_id = ? AND id <> ? AND state IN ?", r.RegistrationID, r.ID, openStates()).Order("arrived_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("application: other applications: %w", err)
	}
	return s.queueRows(tx, by, rows)
}

// Attachment returns a file that the holder gave, for an officer of the body,
// and records that it was opened. Serve it as an attachment.
func (s *Service) Attachment(ctx context.Context, by actor.Actor, id, attachment string) (Attachment, []byte, error) {
	var f attachmentRow
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		r, err := s.of(tx, by, actor.ViewApplication, id, look)
		if err != nil {
			return err
		}
		err = store.One(tx.Where("id = ? AND application_id = ?", attachment, id), &f)
		if err == store.ErrNone {
			return ErrNone
		}
		if err != nil {
			return fmt.Errorf("application: read a file: %w", err)
		}
		return s.audited(tx, by, r, "attachment_viewed")
	})
	return f.attachment(), f.Content, err
}
