package public

import "qualsys/web/page"

func demoRows(people []DemoPerson) [][]page.Cell {
	rows := make([][]page.Cell, len(people))
	for i, p := range people {
		rows[i] = []page.Cell{{Text: p.Name}, {Text: p.Note}}
	}
	return rows
}
