/**
 * Korean swear words, one entry a word, its spellings grouped by technique. Severity: 1 mild or an intensifier,
 * 2 swearing or insult, 3 hate, family insult, sexual harassment, threat. An id is stable: stored spans name it.
 */
import type { Rule } from './rule.ts'
import { word } from './rule.ts'

/** Single consonants stand for a word only in a run of their own ("ㅈㄴㄱㄷ" is "passing by", not ㅈㄴ). */
const ALONE = {
  notBefore: /(?:^|[^ㄱ-ㅎ])(?!(?:ㄹㅇ|ㅇㅈ|ㅈㄴ|ㅅㅂ|ㅆㅂ|ㅂㅅ|ㅁㅊ|ㅇㄴ|ㅇㅋ|ㄷㅊ|ㄱㅅ|ㄴㄴ|ㄷㄷ)+$)[ㄱ-ㅊㅌㅍ]+$/,
  notAfter: /^(?!(?:ㄹㅁ|ㄴㅇ|ㄹㅇ|ㅅㄲ|ㅅㅂ|ㅂㅅ|ㅈㄴ|ㅈㄹ|ㄴ(?![ㄱ-ㅎ])|ㄷㄷ|ㄲㅂ|ㄴㅁ|ㄹ(?![ㄱ-ㅎ])))[ㄱ-ㅊㅌㅍ]/,
  notIn: /초성|퀴즈|정답|줄임말|약자/,
  keyboard: false,
}
const PETS =
  /귀여|귀엽|귀욤|오구|사랑|낳|고양이|강아지|고냥|멍멍|냥이|펭귄|곰|호랑이|사자|판다|여우|토끼|동물|어미|새끼손|햄스터|물범|코끼리|육아|분양|입양/

export const korean: readonly Rule[] = [
  // 씨발
  ...word('ko.sibal', 'vulgar', 2, {
    plain: {
      patterns: '씨[발팔빨벌펄] 씨[발팔벌][롬놈년럼련] 씨발새끼',
      notBefore: /아저$/,
      notAfter:
        /^(?:라$|라요|라\s?먹|라\s?내|라\s?드|라\s?서\s?먹|아율|아를|아가\s|아\s?시|아가\s?잘|아하는|아력|라진|라주|라놓)/,
    },
    'plain-2': {
      patterns: '시발',
      notBefore:
        /(?:^|[^가-힣])[가-힣]*(?:도|동|다|역|혹|잠|표|즉|임|전|택|접|일|당|무|실|게|응|제|감|명|공|몇|두|세|네|홉|열|서울|부산|광역|필|특|반드|강|몹|드|표준|산)$|\d$/,
      notGlued: /^[급권효표전매송행사생언견화음유톱광달주포]/,
      notAfter:
        /^(?:[점역차음유]|수뢰|택|모(?:델|로|빌)|\s?(?:자동차|정류장|정거장|터미널|기점|종점|편성|노선|열차|시각|항공|공항|지점))/,
    },
    phonetic: {
      patterns:
        '씨방새 시방새 쒸발 쓰발 쓰벌 쓰팔 쉬발 쉬벌 쉬빨 슈발 슈벌 슈빨 쓔발 쓔벌 씌발 싀발 시빌롬 씹발 씹팔 씹알 십알 씨부럴 씨부랄 씨브랄 씨브럴 시부럴 시부랄 시브랄 시브럴 씨뷸 씨블 쒸벌 쒸팔 쒸불 쒸뷀 씨뷀 시뷀 씨봘 시봘 씨뱔 시뱔 씹벌 씌벌 슈펄 쒸펄 쓰블 씨벨 씨바랄 시바랄 쓰[빌불볼뻘펄빨뷀밸] 슈[빌불뷀] [쓔쒸]빌',
      notAfter: /^리에/,
    },
    reversed: {
      patterns: '발시 발씨 벌시',
      strictWord: true,
      noGap: true,
      tail: /^(?:[아들ㅋ]|롬|놈|년|새끼)/,
      notBefore: /\d$/,
      onlyAfter: /^(?:[아들ㅋ롬놈년!?.~ㅠㅜ]|새끼|$|\s)/,
    },
    'phonetic-2': {
      patterns:
        '[쒸씌쓔쌰][발벌팔펄빨뻘밸봘뷀블] 씨[밸봘뷀뻘] 띄발 뜨발 뜨벌 띠팔 띠펄 쑤발 싸발 샤발 씨밝 시밝 씨뷰럴 시뷰럴 시부렬 씨부렬 시버럴 씨버럴 시버럼 씨버럼 띠발 찌발 띠벌 치발 쉬팔 시벌 시벌탱 시빨 시펄 시팔 스발 스벌 십발 씨불 씨볼 쉬블 쉬불 쒸블 시볼 시뷸 시빌',
      word: true,
      notAfter: /^(?:건|게|리|래|간|소|서비스|로미|사|전|표|송|매|행|견|려|받|산|점|택|\s?워)/,
      notBefore: /[\d바아이]$/,
    },
    'phonetic-3': {
      patterns: '씨바 씨빠 쉬바 시바 쒸바 시밤 씨밤 쉬밤 시뱌 씨뱌 씨파 쓰바',
      word: true,
      tail: /^(?:[ㄹ롬놈거것아꺼알새껄년럼ㅋㅎ랄]|진짜|존나)/,
      notBefore: /(?:도|푸|나)\s?$|[\d]$/,
      notAfter: /^(?:\s?(?:견|이누|신)|알\s|새우)/,
      notIn: /시바견|시바이누|시바\s?강아지|도시바|시바\s?(?:료타로|시게루|코인)/,
    },
    'phonetic-4': {
      patterns: '씨봉 씨댕 시댕 씨빵 시빵 시봉',
      word: true,
      severity: 1,
      noGap: true,
      tail: /^(?:[이아])/,
    },
    choseong: { patterns: 'ㅆㅍ ㅅㅂ ㅆㅂ ㅅㅃ ㅆㅃ ㅅㅂㄹㅁ ㅆㅂㄹㅁ ㅅㅂㄴ ㅆㅂㄴ ㅅㅂㄹ ㄱㅅㅂ ㅈㅅㅂ', ...ALONE },
    'choseong-syllable': {
      patterns: 'ㅅ발 ㅆ발 ㅅ벌 ㅆ벌 ㅅ팔 ㅆ팔 ㅆ빨 ㅅ바 ㅆ바 시ㅂ 씨ㅂ 쉬ㅂ 슈ㅂ 시ㅃ 씨ㅃ 씨ㅍ 시ㅂㄹ 씨ㅂㄹ',
      notBefore: /[ㄱ-ㅊㅌㅍ다택접도동역혹표\d]$/,
      noGap: false,
      notAfter: /^[ㄱ-ㅅㅇ-ㅊㅌㅍ]/,
    },
    'self-censored': {
      patterns: '시X 씨X 시XX 씨XX',
      strictWord: true,
      noGap: true,
      notBefore: /\d\s?$/,
      notAfter: /^[a-z0-9가-힣]/i,
    },
    'latin-sound': {
      patterns:
        't벌 si발 si팔 si벌 si바 tl발 ssi발 시pal 씨pal 시bar 씨bar 시val 씨val 10발놈 10발년 10팔놈 2c8 c발 c8 c팔 c벌 c바 ㅆ8 십8 씹8 쉬8 si8 10발놈 c빨 씨ba 시ba 씨bal 시bal 씨8 시8 씨18 시18 ssi발',
      notBefore: /[a-z0-9가-힣.\-_/]$/i,
      notAfter: /^(?:[a-z0-9]|라인|전|표|음|비타|\s?(?:단자|핀|케이블|커넥터|좌석|석|번|열|구역|엔진|타입|컬러))/i,
      noGap: true,
      keyboard: false,
    },
    'digit-sound': {
      patterns:
        '18[럼눔늠] 18세끼 18쉐끼 18것들 10새끼 10놈아 18[놈롬넘] 18[놈롬넘]아 18[놈년]들 18년아 18새끼 18색기 18ㅅㄲ 18ㄴ 십팔[놈롬] 십팔[놈년]아 십팔년아 십팔새끼 18련아 18련',
      notBefore: /[\d.]$/,
    },
    romanised: {
      patterns:
        'sibal ssibal shibal sibbal ssibbal shibbal ssival sipal ssipal sivval siibal ssiibal cibal sibala sibalnom ssibalnom shibalnom sibalsekki ssibalsaekki',
      notBefore: /[a-z]$/,
      notAfter: /^[a-z]/,
      keyboard: false,
    },
    'keyboard-choseong': {
      patterns: 'tq tqtq tqtqtq',
      notBefore: /[a-z0-9]$/,
      notAfter: /^[a-z0-9]/,
      noGap: true,
      keyboard: false,
    },
    'self-censored-2': { patterns: '18ㅋ', notBefore: /[\d.]$/, severity: 1, noGap: true },
  }),
  // 병신
  ...word('ko.byeongsin', 'insult', 2, {
    plain: {
      patterns: '병신',
      notBefore: /(?:간|질|발|화|성|불치|전염|입|투|난치|지|감염|중)$/,
      notAfter: /^(?:년\s?(?:새해|정월|의|생)|청|고서|체검|속|규|호|문)/,
      // The year 병신 of the sexagenary cycle: another of its years, or a number of a year, stands in the message.
      notIn:
        /병신년.{0,40}(?:\d{3,4}|[갑을정무기경신임계][자축인묘진사오미신유술해]년)|(?:\d{3,4}년|[갑을정무기경신임계][자축인묘진사오미신유술해]년).{0,40}병신년|육십갑자/,
    },
    reversed: { patterns: '신병', strictWord: true, noGap: true, onlyAfter: /^(?:[놈년]|새끼|아(?=\s|$))/ },
    phonetic:
      '븅신 븅싄 븅쉰 병싄 병쉰 뱡신 뱡싄 벵신 븅딱 병딱 뷰웅신 비융신 븅슨 병슨 븅쒼 병쒼 볍신 뵹신 뷩신 병쉬인 벼응신 등쉰',
    'phonetic-2': {
      patterns: '빙신 븅시 벼신 병싱 븅싱 븅 빙시나',
      strictWord: true,
      tail: /^(?:[같아이들새]|인가|이냐)/,
      noSpace: true,
    },
    'phonetic-3': {
      patterns: '붕신 개병싱 개빙신 [븅뷩벵볭뼝볍뵹][신씬쉰슨씐쒼싱] [병빙뱡][씬쉰씐쒼싄] 벙신',
      word: true,
    },
    // "ㅂ1신": the digit was read as a vowel; where 비신 stands in letters it is another word.
    'digit-as-vowel': { patterns: '비신', word: true, notIn: /비신/ },
    'look-alike': { patterns: '멍신 댕신', strictWord: true, noSpace: true },
    choseong: { patterns: 'ㅂㅅ ㅄ ㅂㅅㅅㄲ ㅄㅅㄲ ㅂㅅㄴ ㅂㅅㄷ ㄱㅂㅅ ㅈㅂㅅ ㄱㅄ ㅈㅄ ㅆㅂㅅ', ...ALONE },
    'choseong-syllable': {
      patterns: 'ㅂ신 ㅂㅣ신 병ㅅ ㅂ싄 븅ㅅ ㅕㅇ신 개ㅂㅅ 개ㅄ 개병ㅅ',
      notBefore: /[ㄱ-ㅊㅌㅍ]$|[가-힣]$/,
      notAfter: /^[ㄱ-ㅅㅇ-ㅊㅌㅍ]/,
    },
    'self-censored': { patterns: '병X 븅X', strictWord: true, noGap: true, notAfter: /^[a-z0-9]/i },
    romanised: {
      patterns: 'byungsin byeongsin byungshin byeongshin byongsin bungsin',
      notBefore: /[a-z]$/,
      notAfter: /^[a-z]/,
      keyboard: false,
    },
  }),
  // 새끼
  ...word('ko.saekki', 'insult', 2, {
    plain: {
      ambiguous: true,
      patterns: '새끼',
      notBefore:
        /(?:^|[\s,.!?~])(?:내|우리|제|울|그\s?어미|어미|아기|아가|예쁜|이쁜|귀한|첫|한)\s?$|(?:고양이|강아지|돼지|호랑이|오리|곰|펭귄|물고기|사슴|거북이|동물|판다|여우|토끼|캥거루|고래|상어|다람쥐|코끼리|악어|원숭이|양|염소|사자|늑대)의?\s?$/,
      notAfter:
        /^(?:\s?(?:고양|강아|돼지|손|발가|줄|호랑|오리|곰|펭귄|물고기|사슴|거북|판다|여우|토끼|캥거루|고래|상어|다람|코끼리|악어|원숭|염소|사자|늑대|양|새|제비|뱀|참새|말|소|를?\s?[낳치꼬밴키])|\s(?:두|세|네|한|수)(?=\s|마리)|발톱|캥|용|들을\s?키|가\s?태|[워우리어])/,
      notIn: PETS,
    },
    'plain-2': {
      patterns:
        '개새끼 씹새끼 쌍새끼 미친새끼 시발새끼 씨발새끼 병신새끼 개새꺄 개새꺅 개새키 개쌔끼 십새끼 호로새끼 애자새끼 개자식 개놈 개잡놈 개쌍놈 쥐새끼 좆새끼 애새끼 거지새끼 쓰레기새끼 잡새끼 벌레새끼',
      notBefore: /[두세네몇\d]\s?$/,
    },
    'plain-3': { patterns: '이새끼 저새끼 그새끼', word: true },
    // 새끼 with a particle grown onto it.
    'plain-4': {
      patterns: '새낀 새낄',
      notBefore: /(?:내|우리|강아지|고양이|호랑이|곰|동물|어미|첫|한|두|세)\s?$/,
      notIn: PETS,
    },
    'phonetic-3': {
      patterns:
        '새기들 섀기 섀끼 섀키 섀퀴 섹히 쉑히 쉨히 섹이들 색기들 색끼들 샛기 샛끼 샌키들 새키들 새키야 쉐키들 시키들 시키야 세끼들 세끼야 쎄리들 새뀌 쉬키들 샤끼들 새퀴 쉐끼 색희들',
      notBefore: /(?:하루|삼시|밥|[두세네몇\d])\s?$/,
      notAfter: /^(?:\s?먹)/,
    },
    'phonetic-4': {
      ambiguous: true,
      patterns: '새기 섹이',
      strictWord: true,
      noGap: true,
      tail: /^(?:들|야|가|네|임|왜|같|놈)/,
      notBefore: /(?:에|을|를|깊이|아로|가슴|마음|폰|로)\s?$/,
      notAfter: /^(?:\s?(?:세요|고|는|며|자|[다어]))/,
    },
    phonetic:
      '개?세퀴 개?쉐퀴 개?쒝끼 개?쉨히 개?쉑히 개?섀끼 개?쉐끼 개?쉑끼 개?쎄끼 개?쌔끼 개?색끼 개?쌕끼 개?새퀴 개?샤끼 개?쇄끼 개?쉬끼 개?쉐리 색히 개색기 개색휘 개쉐키 개쉑 개샊 개쇼키 개셰끼 개세끼 개섹기 개쉑이 개쉐끼 개쉐리 개?샛기 개?샛끼 개?새뀌 개?쌔키 개?섀키 개섀키 개?새꺄 개?새꺅 개?쉐꺄 개?쉑갸 개?새캬 개?새끠 개?셰끼 개?섹끼 개?쉨끼 개?쎄키 개쎄끼 개싯키 개생키 이쉐키 저쉐키 개?색히',
    'phonetic-2': {
      patterns:
        '개[섀쉐세쎄쌔쇄쇠셰쒜쐐색쉑섹쌕쎅쇅샛섺샊][끼키기꺄캬퀴킈끠] 게[새쉐세쎄쌔섹색][끼키] 개샠 개셐 개섺 개쉨 개셋키 개스키 개스끼 개자슥 개잡것 개뇬 개련 니새끼 개시키 이시키 저시키 그시키 이색기 저색기 그색기 이쉑 저쉑 그쉑 이쉐키 저쉐키 이샊 저샊 이세끼 저세끼 개새기 쉑 쉐키 새키 색기 시키들 쌔기 섹기 개색 개새 개쉐 세키 게세끼 게새끼 게색기 이새기 저새기 이색끼',
      strictWord: true,
      tail: /^(?:[들야가는은이임네지]|이다|인가|인지|였|진짜)/,
      noSpace: true,
      notAfter: /^(?:들|가|는|이|은)?\s?(?:쉑|세트|쉐이|버거)/,
      notIn: /쉑쉑|색기발랄/,
    },
    choseong: { patterns: 'ㅅㄲ ㄱㅅㄲ ㅆㄲ ㅁㅊㅅㄲ ㅅㅂㅅㄲ ㅅㄲㄷ ㅈㄱㅅㄲ', ...ALONE },
    'choseong-syllable': {
      patterns: 'ㅅㅋ들 색ㄲ ㅅ끼 새ㄲ 쉐ㄲ 색ㄱ 개ㅅㄲ 개새ㄲ 개ㅅ끼 ㄱ새끼 ㄱㅐㅅㄲ',
      notBefore: /[ㄱ-ㅊㅌㅍ]$/,
      notAfter: /^[ㄱ-ㅊㅌㅍ]/,
    },
    'self-censored': {
      patterns: '개XX 새X 이XX 개X끼 개새X 개샛X 새XX',
      strictWord: true,
      noGap: true,
      notBefore: /\d\s?$/,
      notAfter: /^[a-z0-9]/i,
    },
    romanised: {
      patterns: 'gaesaekki gaesekki gaeseki gaesaeki geseki gesaekki saekki gaesaggi',
      notBefore: /[a-z]$/,
      notAfter: /^[a-z]/,
      keyboard: false,
    },
    reversed: { patterns: '끼새 끼새개', strictWord: true, noGap: true, tail: /^(?:[들야]|네)/ },
    keyboard: { patterns: '개새기 개색기', onlyTyped: true },
  }),
  // 지랄
  ...word('ko.jiral', 'vulgar', 2, {
    plain: {
      patterns: '지랄 개지랄 생지랄',
      notAfter: /^(?:까|탄|라|도\s?모)/,
      notBefore: /(?:마사|취|정|휴|편|공|토|먼|거|잡)$/,
    },
    phonetic: '지럴 쥐랄 쥐럴 즤랄 지롤 짓랄 쮜랄 찌랄 지룰 지뢀 쥐뢀 지랄리 즈[랄럴롤] [쥐찌쮜즤][럴룰롤뢀]',
    reversed: { patterns: '랄지', strictWord: true, noGap: true, tail: /^[하마]/, notAfter: /^(?:도|\s?모)/ },
    'latin-sound': { patterns: 'g랄 g럴 ji랄 zi랄 z랄', notBefore: /[a-z0-9]$/i, keyboard: false },
    choseong: { patterns: 'ㅈㄹ ㅈㄹㄹ ㅈㄹㄴ ㄱㅈㄹ', ...ALONE },
    'choseong-syllable': {
      patterns: 'ㅈ랄 지ㄹ ㅈ럴 쥐ㄹ 개ㅈㄹ',
      notBefore: /[ㄱ-ㅊㅌㅍ가-힣]$/,
      notAfter: /^[ㄱ-ㄷㅁ-ㅊㅌㅍ]/,
    },
    'self-censored': { patterns: '지X', strictWord: true, noGap: true, notAfter: /^[a-z0-9가-힣]/i, severity: 1 },
    romanised: { patterns: 'jiral zzral', notBefore: /[a-z]$/, notAfter: /^[a-z]/, keyboard: false },
  }),
  ...word('ko.yeombyeong', 'vulgar', 1, {
    plain: { patterns: '염병 옘병 염병할 옘병할', word: true, notAfter: /^(?:원|이\s?돌|관리|예방)/, notBefore: /전$/ },
  }),
  // 존나: an intensifier
  ...word('ko.jonna', 'vulgar', 1, {
    plain: { patterns: '존나 존내 존니', word: true, notAfter: /^(?:눔|단)/ },
    'plain-2': {
      patterns: '졸라',
      word: true,
      notAfter: /^(?:서|매|맬|맨|대|댔|맸|의|\s?매|야\s)/,
      notBefore: /(?:한테|에게|보고|목을|허리띠|띠를|를|을)\s?$/,
    },
    phonetic: '젼나 졸나 줜나 죤나 죵나 쥰나 존낸 죤내 쫀나 쬰나 줜내 존냐 조낸 존트나 즌나 쪼온나 쫀내 존넨 쥰내 쥰니',
    'phonetic-2': {
      patterns: '졸래 죨라 줠라 쥘라 졸랭',
      word: true,
      noGap: true,
      notAfter: /^(?:졸래|\s졸래|\s*[.?!~]*$)/,
    },
    choseong: { patterns: 'ㅈㄴ ㅈㄴㄴ ㅉㄴ', ...ALONE },
    'choseong-syllable': { patterns: 'ㅈ나 존ㄴ ㅈ내 ㅈ낸', notBefore: /[ㄱ-ㅊㅌㅍ]$/, notAfter: /^[ㄱㄷ-ㅊㅌㅍ]/ },
    'self-censored': { patterns: '존X', strictWord: true, noGap: true, notAfter: /^[a-z0-9]/i },
    romanised: { patterns: 'jonna johnna zonna', notBefore: /[a-z]$/, notAfter: /^[a-z]/, keyboard: false },
  }),
  // 좆
  ...word('ko.jonman', 'vulgar', 2, { plain: { patterns: '존만이 존만한 존만아 존마난 좀만한새끼', word: true } }),
  ...word('ko.jot', 'vulgar', 2, {
    plain:
      '좆 좆같 좆같[은네아애이다음지고노] 좆같은[놈년] 좆까 좆망 좆밥 좆만 좆도 좆됐 좆됨 좆되 좆대가리 좆나 좆물 좆집 좆빠 좆목 좆노잼 좆소 좆밥새끼 좆만이 좆만한',
    phonetic:
      '좇같 좇같[은네아애이다음지고] 좃같 좃같[은네아애이다음지고] 좃까 좇까 좃만 좃도 좃밥 좇밥 좃망 좇망 졷 졷같 졷같[은네아애이다음지고] 졷까 졷망 쫏같 쫏같[은네아] 좋같 좋같[은네] 줫같 줫같[은네] 줬같은 젗같 젗같[은네] 졌같은 좃되 좇되 좃돼 좇돼 졏같 좆갘 좃나 좇나 죳같 죳같[은네] 좉 좉같 죶같 좃됐 좇됐 좃됨 좇됨 쫃',
    'phonetic-3': {
      patterns:
        '족같 족같[은네아애이다음지고] 존같 존같[은네] 조같 조같[은네] 조깥 조깥[은네] 쪼같 쪼같[은네] 쫓같 쫒같 쫒같[은네] 쫒까 조까튼 조까치',
      word: true,
    },
    'phonetic-2': {
      patterns: '족까 조까 조까라 족까라 좃 쪼까라 쪼까고',
      strictWord: true,
      noGap: true,
      tail: /^(?:[고라네는]|세요|시길)/,
      notAfter: /^(?:지(?:마)?|운|와|치)/,
    },
    'choseong-syllable': {
      patterns:
        'ㅈ같 ㅈ같[은네아애이다음지고노] ㅈ까 ㅈ망 ㅈ밥 ㅈ만 ㅈ됐 ㅈ됨 ㅈ되 ㅈ댐 ㅈ댔 ㅈ목 ㅈ노잼 ㅈ물 ㅈ도 ㅈ대 ㅈ소 ㅈ간지 ㅈ빠지 ㅈ토 ㅈ집 ㅈ반고 ㅉ같 ㅈ갈 ㅈ가튼 ㅈ가치 좆ㄱ 좆ㄲ ㅈ버러지 ㅈ고수 ㅈ구리 ㅈ망겜 ㅈㅁ겜 ㅈ댓 ㅈ뉴비 ㅈ사기',
      noSpace: false,
      notBefore: /[ㄱ-ㅊㅌㅍ]$/,
    },
    choseong: { patterns: 'ㅈㄲ ㅈ까 ㅈㅁㄱ ㅈㄲㄹ', ...ALONE },
    keyboard: { patterns: '좃 좇', onlyTyped: true },
  }),
  // 미친
  ...word('ko.michin', 'insult', 1, {
    plain: {
      patterns: '미친',
      strictWord: true,
      notBefore: /(?:을|를|에|까지|끼|도|게|악)\s?$/,
      notAfter: /^(?:\s?(?:영향|듯|연구))/,
    },
    choseong: { patterns: 'ㅁㅊ', ...ALONE },
    'choseong-syllable': { patterns: 'ㅁ친 미ㅊ', notBefore: /[ㄱ-ㅊㅌㅍ가-힣]$/, notAfter: /^[ㄱ-ㅊㅌㅍ]/ },
    phonetic: { patterns: '믜친 미췬 미틴 먀친 미칀', strictWord: true },
  }),
  ...word('ko.michinnom', 'insult', 2, {
    plain: {
      patterns: '미친[놈년넘뇬련] 미친새끼 미친쉑 미친쉐끼 미친개 미친[놈년]아 미친자식 미친색기',
      notAfter: /^도\s?(?:계획|에|의|부터)/,
    },
    'plain-2': { ambiguous: true, patterns: '미친것', notAfter: /^\s?(?:같|처럼|이[다지고]|[은도])/ },
    phonetic:
      '미핀[놈년] 메친[놈년] 뮈친[놈년] mi친놈 me친놈 믜친[놈년] 미췬[놈년] 미틴[놈년] 미칀[놈년] 미친늠 미틴넘 믜췬놈',
    choseong: { patterns: 'ㅁㅊㄴ ㅁㅊㄴㅇ', ...ALONE },
    'choseong-syllable': {
      patterns: '미친ㄴ ㅁ친놈 ㅁ친년 ㅁㅊ놈 ㅁㅊ년 ㅁㅊ새끼 미ㅊ놈 미ㅊ년 미ㅊㄴ',
      notAfter: /^[ㄱㄷ-ㅊㅌㅍㅏ-ㅣ]/,
    },
    'self-censored': { patterns: '미친X', strictWord: true, noGap: true },
  }),
  // 년, 놈, 쌍-
  ...word('ko.nyeon', 'insult', 2, {
    plain: {
      patterns:
        '썅년 쌍년 개년 잡년 씹년 좆년 걸레년 걸레같은년 개같은년 개같은놈 미친개같은년 시발년 씨발년 미친년아 또라이년 샹년 잡것년 쌍노무 쌍놈 썅놈 쌍놈새끼 쌍놈의새끼 쌍간나 간나새끼 개년아 잡놈',
      word: true,
      notAfter: /^\s?(?:계획|도|간|차)/,
      notBefore: /\d\s?$/,
    },
    'plain-2': {
      patterns: '이년아 저년 그년 이년이 요년 이년들 저년아',
      strictWord: true,
      noGap: true,
      notAfter: /^(?:도|간|차|\s?동안|\s?전|\s?후|\s?지)/,
      notBefore: /\d\s?$/,
    },
    // 년 behind what is no time, no number, no age and no sign of the zodiac.
    'plain-3': {
      patterns: '년 년들 년놈 년놈들',
      noGap: true,
      onlyBefore:
        /(?:^|[^가-힣])[가-힣]{0,10}[^\s\d일이삼사오육칠팔구십백천만억수몇작금내후매청소중노유학말풍흉성장정임안전당생신휴광미예묵숙송망주개반래년자축인진술해평윤원근왕향방초희연격동명졸편기다러난두세네석넉열첫옛음번무재준령여역건갑을병경계회](?:년놈)?$/,
      tail: /^(?:[이아들은는가도을를의만놈]|때문|같은|이랑)/,
      notAfter: /^(?:도[에의별는부까를가]?|도$|도\s|월|간|차|째|생|대|산|식)/,
    },
    'jamo-split': { patterns: '녀ㄴ 뇨ㄴ', strictWord: true, noGap: true, notAfter: /^[ㄱ-ㅎㅏ-ㅣ]/ },
    phonetic: {
      patterns: '썅뇬 쌍뇬 미친뇬 이뇬 저뇬 뇨온 니연',
      noGap: true,
      notAfter: /^(?:석)/,
      strictWord: true,
    },
    'phonetic-2': { patterns: '뇬 뇬들 이냔아 미친냔 냔들', noGap: true, notBefore: /[하되있없갔왔았었뭐]$/ },
    choseong: { patterns: 'ㅆㄴ ㅆㅅㄲ ㅆㄴㅇ', ...ALONE },
    'choseong-syllable': { patterns: 'ㅆ년 썅ㄴ 썅ㄴㅕㄴ 쌍ㄴ 썅ㄴㄴ ㅆ놈 개ㄴㅕㄴ', notAfter: /^[ㄱㄷ-ㅊㅌㅍ]/ },
  }),
  ...word('ko.ppeokyu', 'vulgar', 2, {
    plain: { patterns: '뻑큐 뻐큐 빠큐 뻑유 퍽킹 뻑킹 빡큐 퍽큐 뻨큐', noSpace: true, notAfter: /^(?:트|레)/ },
    phonetic: { patterns: '뻐킹 뻑킹 퍼킹', strictWord: true, noSpace: true },
  }),
  ...word('ko.ssyang', 'vulgar', 2, {
    plain: { patterns: '썅', noGap: true },
    phonetic: { patterns: '쌰앙 쓰앙', noGap: true, strictWord: true },
  }),
  // 씹-
  ...word('ko.ssip', 'vulgar', 2, {
    plain:
      '씹새 씹새끼 씹쌔 씹쌔끼 씹창 씹할 씹년아 씹놈 씹선비 씹빨 씹쓰레기 씹돼지 씹치 씹버러지 씹병신 씹지랄 씹련 씹자식 씹색기 씹쉑 씹노답 씹망 씹하타치 ',
    'plain-2': {
      patterns: '십새 십쌔 십쉐 십쉐키 십색기 십색 쉽새끼',
      strictWord: true,
      noGap: true,
      tail: /^(?:[야들가]|끼)/,
    },
    'plain-3': {
      severity: 1,
      patterns:
        '씹덕 씹노잼 씹점 씹갓 씹가능 씹오지 씹존잘 씹귀 씹소름 씹사기 씹인정 씹극혐 씹혜자 씹레전드 씹꿀 씹가 씹간지 씹하드',
    },
    // 씹 as a prefix or by itself; to chew, in any of its endings, is innocent.
    'plain-4': {
      ambiguous: true,
      severity: 2,
      patterns: '씹',
      notBefore: /[곱되질짓잘]$|(?:말|카톡|톡|껌|연락|잘근잘근|고기|문자|질문|를|을|꼭꼭|뼈)\s?$/,
      noGap: true,
      notAfter:
        /^(?:[다는어고히을은지기게던자네습음으혀혔었냐든더거면며나니도려었]|\s[는어고히으]|힘|힌|혔|을|었)|^\s?(?:할|퀴)/,
      onlyAfter: /^(?:[가-힣]{2}|[\s.!ㅋ~,]|$)/,
    },
    'choseong-syllable': { patterns: 'ㅆ새 ㅆ새끼 ㅆ창 ㅆ덕', notBefore: /[ㄱ-ㅊㅌㅍ]$/ },
  }),
  // 꺼져, 닥쳐, 뒤져, 아가리
  ...word('ko.kkeojyeo', 'insult', 2, {
    plain: {
      ambiguous: true,
      patterns: '꺼져 꺼져라 꺼지라고 꺼지셈 꺼져버려',
      strictWord: true,
      tail: /^(?:라|줘|주|버려|이|제|좀|미|ㅋ)/,
      notBefore:
        /(?:[이가도만은는]|화면|소리|마이크|캠|불|전원|폰|컴|자동|등|카메라|핸드폰|티비|방송|컴퓨터|갑자기|자꾸|다|또|계속|\S+[이가])\s?$/,
      notAfter: /^\s?(?:있|서|요|도|버렸|버린|가|갔|나|ㅠ|ㅜ)/,
    },
    choseong: { patterns: 'ㄲㅈ ㄲㅈㄹ ㄲㅈㅅ', ...ALONE },
    'choseong-syllable': { patterns: 'ㄲ져 꺼ㅈ ㄲ지라', notBefore: /[ㄱ-ㅎ]$/ },
  }),
  ...word('ko.dakchyeo', 'insult', 2, {
    plain: {
      ambiguous: true,
      patterns: '닥쳐 닥치라 닥쳐라 닥쵸 닥쳐줘 닥치세요 닥치셈',
      strictWord: true,
      notBefore: /(?:[이가은는에]|코앞에|위기|눈앞)\s?$/,
      notAfter: /^(?:\s?(?:오|올|온|왔|도)|서\s)/,
    },
    phonetic: { patterns: '닭쳐 닥챠 닥쳐랏 닭치', strictWord: true },
    choseong: { patterns: 'ㄷㅊ ㄷㅊㄹ', ...ALONE },
    'choseong-syllable': { patterns: 'ㄷ쳐 닥ㅊ', notBefore: /[ㄱ-ㅎ]$/ },
  }),
  ...word('ko.dwijyeo', 'threat', 2, {
    plain: {
      patterns:
        '뒤져라 뒤지라고 뒤져버려 뒈져 뒈지 디져라 디질래 뒤질래 뒤지고싶 뒤졌으면 나가뒤져 나가죽어 나가디져 뒤져야 뒤지세요 뒈졌 뒈져라 뒈질래 뒈지라고 뒤지던가 디지고싶 뒤지게맞 뒤지길 쳐뒤져 뒤져그냥',
      word: true,
      notBefore: /(?:을|를|속|방|집|서랍|가방)\s?$/,
    },
    choseong: { patterns: 'ㄷㅈㄹ ㄴㄱㄷㅈ ㄴㄱㅈㅇ', ...ALONE },
    'choseong-syllable': { patterns: '뒤ㅈㅕ ㄷ져라 뒤ㅈ라 뒤ㅈ', notBefore: /[ㄱ-ㅎ가-힣]$/ },
  }),
  ...word('ko.threat', 'threat', 3, {
    'plain-3': {
      patterns: '찢어죽 때려죽 찔러죽 쳐죽 칼로찔러',
      onlyAfter: /^\s?(?:여\s?(?:버|줄|야)|일\s?[거게까래]|인다|이겠)/,
    },
    plain: {
      patterns: '죽여버린다 죽여버릴 죽여버려 쳐죽여 쳐죽일 자살해라 자살하라 목매라 자살추천 니네집간다 찾아가서죽',
      noGap: false,
    },
    'plain-2': {
      ambiguous: true,
      severity: 2,
      patterns: '죽어라 죽어버려 죽어버렸으 디져 뒤져',
      strictWord: true,
      noGap: true,
      tail: /^[라ㅋ]/,
      notBefore: /(?:[\S]\s)$|[이가을를]\s?$/,
      notAfter: /^(?:\s?[보봤라서야도]|라?\s?(?:하|노력|공부|일|뛰))/,
    },
  }),
  ...word('ko.agari', 'insult', 2, {
    plain: {
      ambiguous: true,
      patterns:
        '아가리 아가리닥 아갈 아갈머리 주둥아리닥 주둥이닥 아가리여 입닥쳐 입닥치 아닥해 아닥하고 아굴창 아갈창',
      strictWord: true,
      tail: /^(?:[를을좀에로닥나만또털파싸]|여물|질|통|머리|워)/,
      notAfter: /^(?:라|이)/,
    },
  }),
  // 느금마
  ...word('ko.family', 'family', 3, {
    plain: {
      patterns:
        '느금마 느금 니애미 니에미 느개비 느그애미 느그애비 느그엄마 니애비 니에비 엠창 앰창 엄창 니미럴 느금빠 늬애미 늬에미 느금마엠창 애미뒤 애미디 [애에]미[뒤디][진짐져졌질짐] 애미터 애미창 애미없 [애에]미없[는냐음다네] 에미없 애비없 애비뒤 애비디 애미씹 에미뒤 호로자식 후레자식 호로새끼 후레새끼 느그매 니미씹 니어미 네애미 느애미 느에미 느이애미 느검마 늬금마 니금마 느긍마 느금ㅁ 니앰 니엠 느앰 애미애비 늑음마 느음마 니애미뒤 네애미뒤 니엄마뒤 니엄창 니앰창 니네엄마뒤 ㄴ금마 ㄴ애미 니ㅇㅐ미 느ㄱㅁ 늬앰',
      notAfter: /^(?:\s?마을|을|구)/,
    },
    'plain-2': {
      ambiguous: true,
      severity: 2,
      patterns: '니미 애미 에미 애비 니애 느그',
      strictWord: true,
      noSpace: true,
      tail: /^(?:[가는뒤럴씹]|새|개|ㄷ)/,
      notAfter: /^(?:\s?(?:츠|드|니|몰))/,
      notBefore: /[가-힣]\s$|연$/,
      notIn: /에미상|에미야|레|애비규/,
    },
    choseong: {
      patterns: 'ㄴㄱㅁ ㄴㄱㅁㅊ ㄴㅇㅁ ㄴㅇㅂ ㄴㄱㄱㅁ ㄴㄱㅇㅁ ㅇㅁㅊ ㄴㅁㅆ ㄴㄱㅁㅇㅊ ㅇㅁㄷㅈ ㅇㅁㅇㄷ ㄴㅇㅁㄷㅈ',
      ...ALONE,
    },
    'choseong-syllable': {
      patterns: 'ㄴ금ㅁ 느ㄱ마 느금ㅁ 니ㅇㅁ ㄴㄱ마 니애ㅁ ㄴ에미 느ㄱ금마',
      notBefore: /[ㄱ-ㅎ]$/,
    },
    'digit-sound': { patterns: '1미럴', noGap: true },
    romanised: {
      patterns: 'nigeumma neugeumma nugumma niemi niaemi',
      notBefore: /[a-z]$/,
      notAfter: /^[a-z]/,
      keyboard: false,
    },
  }),
  // 섹스 and bodies
  ...word('ko.sex', 'sexual', 3, {
    plain: {
      ambiguous: true,
      patterns: '섹스 떡치 떡치자 섹파',
      notAfter:
        /^(?:[텟턴피토폰,]|어필|심볼|앤\s?더|파일|\s?앤|\s?온\s?더|\s?(?:코미디|장면|[씬신]|판타지|중독|와\s|과\s|의\s|외에|얘기|이야기|교육|엔시티))/,
      notBefore: /(?:에|미들|유니|서|웨|수|인터)$|(?:폭력|마약|적|과|와|의|,)\s*$/,
    },
    phonetic: '쎅스 쎅쓰 섹쓰 쎽스 섻스 색쓰 섹쑤 쉑스 섹슈 쎅수 섹수 쉐에스 섹쮸',
    'phonetic-2': { patterns: '색스 쎄쓰', strictWord: true, noGap: true, notAfter: /^(?:폰|니|피어)/ },
    choseong: { patterns: 'ㅅㅅㅎㅈ ㅅㅅㅎㄱ ㅅㅅㄱㄴ ㅅㅅㅎㅅㄷ', ...ALONE },
    'choseong-syllable': { patterns: '섹ㅅ 쎅ㅅ ㅅㅔㄱ스 색ㅅ ㅅ스', notBefore: /[ㄱ-ㅎ가-힣]$/, notAfter: /^[ㄱ-ㅊ]/ },
    'self-censored': { patterns: '섹X 섹XX', strictWord: true, noGap: true },
    keyboard: { patterns: '섹스', onlyTyped: true },
  }),
  ...word('ko.yaseu', 'sexual', 2, {
    slang: {
      patterns:
        '야스각 야스하 야스해 야스함 야스중 야스했 야스할 야스씬 야스썰 야스한 야스신 야스조 야스타임 야쓰각 야쓰하 야쓰해',
      strictWord: true,
      noSpace: true,
    },
    'slang-2': {
      patterns: '야스 야쓰',
      strictWord: true,
      noSpace: true,
      tail: /^[를을]/,
      notBefore: /[가-힣]\s$/,
      notAfter: /^\s?(?:오|민|쿠|가|는|도|이|\S{2,})/,
    },
  }),
  ...word('ko.body', 'sexual', 3, {
    plain:
      '씹보지 보지년 보지털 보지빨 보짓물 보지물 보빨러 자지빨 자짓물 자지털 보지따 보지에박 보지벌 보지냄 보지즙 자지즙 백보지 허벌보지 자지박 자지새끼 자지물 보지짝 쎾스 딸딸이 딸딸리 사까시 사카시 젖탱 젖통 젖꼭지빨 빨통 봊 씹물 후장따 질싸 질내사정 따먹고싶 따먹어버 따먹을래 박고싶다 박히고싶 벗어봐라 가슴까봐 유두빨 딸쳐 딸감 딸치 딸잡 쳐박고싶 강간해버 강간하고싶 강간마렵 강간각 걸레년 조개파티 보지보여 자지보여 꼭지보여',
    'plain-6': { patterns: '빠구리 빠굴', notIn: /사투리|방언/ },
    'plain-7': { severity: 2, patterns: '후빨 보빨 자빨', word: true },
    'plain-4': { patterns: '개보지 니보지 왕보지 개자지 니자지 왕자지', word: true },
    'plain-5': {
      ambiguous: true,
      severity: 2,
      patterns: '보빨 창녀 창년 창놈 창남 갈보 매춘부',
      strictWord: true,
      noSpace: true,
      notAfter: /^[원치도]/,
    },
    'plain-2': {
      ambiguous: true,
      severity: 2,
      patterns: '자지 보지 후장 ',
      strictWord: true,
      noSpace: true,
      tail: /^(?:[가를을냐들년놈새임야]|같은|새끼|나|에|랑|련)/,
      notBefore: /[가-힣]\s+$/,
      notAfter:
        /^\s*(?:시세|시황|마감|거래|에\s?(?:팔|사|올|내)|못|않|안|마|말|도|는|만|요|고|를\s?않|친구|가\s?않|를\s?못|나\s?않|그리)/,
    },
    'plain-3': {
      severity: 1,
      patterns: '부랄 불알 꼬추 자위행위 자위하 자위해 자위질',
      strictWord: true,
      noGap: true,
      notAfter: /^\s?친구/,
    },
    phonetic: {
      severity: 2,
      patterns: '봇지 뽀지 잠지 보쥐 자쥐',
      strictWord: true,
      noGap: true,
      notBefore: /[가-힣]\s$/,
    },
    // Words of no other meaning, whatever stands before them.
    'phonetic-2': {
      severity: 2,
      patterns: '봊이 쟈지 뵤지 쟈쥐 창뇨 창녀놈 쨔지 자짘 보짘',
      strictWord: true,
      noGap: true,
    },
    'choseong-syllable': {
      patterns: '보ㅈ 자ㅈ 봊ㅣ ㅂ지 ㅈ지 창ㄴㅕ 창녀ㄴ',
      severity: 2,
      strictWord: true,
      noGap: true,
      notBefore: /[ㄱ-ㅎ]$/,
      notAfter: /^[ㄱ-ㅎㅏ-ㅣ가-힣]/,
    },
    'self-censored': {
      severity: 2,
      patterns: '보X 자X',
      strictWord: true,
      noGap: true,
      onlyBefore: /(?:니|네|개|씹)\s?$/,
    },
  }),
  // Groups
  ...word('ko.hate', 'hate', 3, {
    plain: {
      patterns:
        '한남충 한녀충 김치녀 김치년 된장녀 된장년 맘충 틀딱충 틀니충 급식충 짱깨 짱꼴라 짱꼴 쪽바리 쪽빠리 깜둥이 깜둥아 껌둥이 똥꼬충 호모새끼 게이새끼 장애인새끼 장애새끼 애자새끼 홍어새끼 홍어족 홍어놈 전라디언 까보전 개쌍도 메갈년 메퇘지 꼴페미 페미년 보슬아치 조센징 보전깨 짱개새끼 짱개놈 한녀년 한남새끼 한남놈 흑형새끼 흑돼지년 니그로 정신병자새끼 똥남아 바퀴벌레충 보적보 김여사년 삼일한 짱께 쪽바리새끼 동남아충 절라디언 북괴새끼 빨갱이새끼 좌좀 좌빨 우좀',
      notAfter: /^(?:석|전)/,
      notBefore: /성$/,
    },
    'plain-2': {
      ambiguous: true,
      patterns: '쪽발이 짱개 틀딱 급식새끼 애자 한녀 한남 호모',
      severity: 2,
      strictWord: true,
      noSpace: true,
      tail: /^(?:[들이가은는임야]|새끼|냐|놈|년)/,
      notBefore: /[가-힣]\s$/,
      notAfter: /^\s?(?:동|더|대교|소리|일|시켜|먹|집|사피|초|이\s?(?:대|더))/,
    },
    'choseong-syllable': {
      patterns: '틀딱ㅊ 짱ㄲ ㅉ깨 한남ㅊ 맘ㅊ',
      severity: 2,
      strictWord: true,
      notAfter: /^[ㄱ-ㅊㅌㅍ]/,
    },
    choseong: { patterns: 'ㅎㄴㅊ ㅌㄸㅊ ㅇㅈㅅㄲ', ...ALONE },
    phonetic: '한냠충 쨩깨 쨩개 쨩꼴라 짱꺠 쬭바리 쪽파리 틀똭',
  }),
  // Insults without a swear word's root
  ...word('ko.insult', 'insult', 2, {
    plain:
      '또라이 똘아이 똘추 또라이새끼 도라이새끼 저능아 정박아 찐따새끼 찐따년 찌질이새끼 빡대가리 돌대가리 닭대가리 새대가리 대갈통 대갈빡 무뇌충 무뇌아 빠가사리새끼 빠가야로 얼간이새끼 개돼지새끼 버러지새끼 벌레만도 엿먹어 엿같은 엿이나먹 엿이나처 쳐돌았 처돌았 처맞고싶 쳐맞을래 개같은년 개같은놈 개같은새끼 개호로 호로년 쓰레기년 쓰레기놈 골빈년 골빈놈 골빈새끼 관종새끼 관종년 젖같 젖같[은네] 앰생 엠생 앰생새끼 엠생새끼 기레기새끼 창놈새끼',
    'plain-2': {
      ambiguous: true,
      patterns: '등신 도라이 찐따 등신[아같새] 빠가',
      severity: 2,
      strictWord: true,
      noSpace: true,
      tail: /^(?:[아이가들같은임야냐네새]|인가)/,
      notAfter: /^(?:대|불|사|바|버|용|벌)/,
      notBefore: /\d\s?$|팔$/,
    },
    'plain-3': {
      patterns:
        '개같 개같[은네이다] 머저리 돌아이 버러지 관종 멍텅구리 얼간이 쪼다 찌질이 엿먹 뇌없는 쳐맞 개소리 주댕이 주뎅이 조댕이 개수작 헛지랄 개뻘짓 개쓰레기 지롤하 처먹 쳐먹 주둥이 주둥아리 대가리 멍청이 멍청한년 멍청한놈 기레기 무뇌 꼴통 바보새끼 제기랄 젠장할 빌어먹을 우라질 젠장맞 썩을놈 썩을년 망할년 망할놈 오라질 육시랄 니기미 그지같 거지같은',
      severity: 1,
      word: true,
      notAfter: /^(?:국|장)/,
    },
    choseong: { patterns: 'ㄸㄹㅇ ㅉㄸ ㅇㅅㄲ ㅈㅅㄲ', ...ALONE },
    'choseong-2': { patterns: 'ㅆㄹㄱ ㅆㄺ', severity: 1, ...ALONE },
    phonetic: { patterns: '또롸이 돌아이새끼 똘라이 또라위 저눙아 찐땨 뜽신 등씬 등싄 즈능아', strictWord: true },
    'choseong-syllable': {
      patterns: 'ㄸ라이 또ㄹ이 ㅉ따 ㄷ신 찐ㄸ',
      strictWord: true,
      noGap: true,
      notBefore: /[ㄱ-ㅎ]$/,
    },
  }),
  // Gestures: every one stands alone
  ...word('ko.finger', 'vulgar', 2, {
    gesture: { patterns: '🖕', noGap: true },
    'jamo-gesture': {
      patterns: 'ㅗ',
      noGap: true,
      keyboard: false,
      notBefore: /[ㄱ-ㅊㅌㅍㅏ-ㅖㅘ-ㅣa-z0-9]$|[가-힣]ㅗ+$|(?![응야니너다놈년들엿])[가-힣]$/i,
      notAfter: /^ㅗ*(?:[ㅏ-ㅖㅘ-ㅣㄱ-ㅊㅌㅍㅎa-z0-9]|[가-힣])/i,
      notIn: /ㅗ[.\s]*ㅜ|ㅜㅗ|ㅏㅗ|ㅗㅏ|ㅓㅗ|[가-힣]ㅗ[가-힣]/,
    },
  }),
]
