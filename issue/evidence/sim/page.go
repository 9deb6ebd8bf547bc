package sim

import (
	"crypto/sha256"
	"encoding/base64"
)

const style = `body{font:16px/1.6 "Noto Sans JP",sans-serif;margin:0 auto;max-width:60rem;padding:1rem;color:#1a1a1c;background:#fff}
h1{font-size:1.5rem}article{border:1px solid #767676;border-radius:8px;padding:1rem;margin:1rem 0}
h2{font-size:1.125rem;margin:0 0 .5rem}form{display:inline-flex;flex-wrap:wrap;gap:.5rem;align-items:end;margin:.25rem 1rem .25rem 0}
label{display:grid;font-size:.875rem}input,select,button{font:inherit;min-height:44px;padding:0 .75rem;border:1px solid #595959;border-radius:6px}
button{background:#0017c1;color:#fff;border-color:#0017c1}.note{background:#fff3cd;padding:.5rem 1rem}`

var styleHash = func() string {
	sum := sha256.Sum256([]byte(style))
	return base64.StdEncoding.EncodeToString(sum[:])
}()

const pageHTML = `<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>住民票・戸籍の模擬</title><style>` + style + `</style></head><body>
<main><h1>住民票・戸籍の模擬（デモ用）</h1>
<p class="note">この画面は本物の住民票・戸籍ではありません。ここで結婚や引っ越しを届け出ると、資格の手続で照会したときの答えが変わります。</p>
<form method="post" action="/sim/down">{{if .Down}}<input type="hidden" name="down" value="no"><button>両方の照会先を動かす</button>{{else}}<input type="hidden" name="down" value="yes"><button>両方の照会先を止める</button>{{end}}</form>
<form method="get" action="/"><label>探す（氏名・コード）<input name="q" value="{{.Search}}"></label><button>探す</button></form>
<p>{{.Total}}人{{if gt .Total 50}}（はじめの50人）{{end}}</p>
{{range .People}}{{$p := .}}<article><h2>{{.Name}}（{{.Kana}}）{{.BirthDate}}{{if .Dead}} ― 死亡{{end}}</h2>
<p>コード {{.Code}}<br>住所 {{.Address}}<br>本籍 {{.Domicile}}{{range .FormerNames}}<br>前の氏名 {{.}}{{end}}</p>
<form method="post" action="/sim/people/{{.Code}}/marry"><label>新しい氏名<input name="name" required></label><label>ふりがな<input name="kana"></label><button>結婚</button></form>
<form method="post" action="/sim/people/{{.Code}}/move"><label>新しい住所<input name="address" required></label><button>引っ越し</button></form>
<form method="post" action="/sim/people/{{.Code}}/domicile"><label>新しい本籍（都道府県・国籍）<input name="domicile" required></label><button>転籍</button></form>
<form method="post" action="/sim/people/{{.Code}}/failure"><label>どちら<select name="source"><option value="">両方</option><option value="resident">住民票（{{words .Resident}}）</option><option value="family">戸籍（{{words .Family}}）</option></select></label>
<label>うまくいかない<select name="failure">{{range $.Failures}}<option value="{{.}}">{{words .}}</option>{{end}}</select></label><button>決める</button></form>
<form method="post" action="/sim/people/{{.Code}}/death"><input type="hidden" name="dead" value="{{if .Dead}}no{{else}}yes{{end}}"><button>{{if .Dead}}死亡の届を取り消す{{else}}死亡の届{{end}}</button></form>
</article>{{end}}</main></body></html>`
