/** The page of components, drawn in the browser alone: `../parts-page.ts` puts it together and serves it. */
import { createRoot } from 'react-dom/client'
import { createMemoryRouter, RouterProvider } from 'react-router-dom'
import { IconSheet } from '../../app/components/icon.tsx'
import { SiteHeader } from '../../app/components/site-header.tsx'
import { en } from '../../app/text/en.ts'
import { ko } from '../../app/text/ko.ts'
import { LanguageProvider, learnText, useText } from '../../app/text/language.tsx'
import { frame, type PartStory, partStories } from './part-stories.tsx'
import { partTexts } from './part-texts.ts'

const partsOf = ({ classes = [], components = {} }: Pick<PartStory, 'classes' | 'components'>) =>
  [...classes, ...Object.keys(components)].join('|')

function PartsPage() {
  const { language, t } = useText()
  const text = partTexts[language]
  return (
    <div className="page" data-parts={partsOf(frame)}>
      <SiteHeader />
      <main id="main" className="sheet-page">
        <section className="sheet-section">
          <h1>{text.title}</h1>
          <p>{text.intro}</p>
          <p className="story-row">
            {(['ko', 'en'] as const).flatMap((lang) =>
              (['dark', 'light'] as const).map((theme) => (
                <a key={lang + theme} href={`?lang=${lang}&theme=${theme}`}>
                  {text.looks[lang]} · {text.looks[theme]}
                </a>
              )),
            )}
          </p>
        </section>
        {partStories.map((story) => (
          <section key={story.name} className="sheet-section" data-parts={partsOf(story)} aria-labelledby={story.name}>
            <h2 id={story.name}>{text.stories[story.name]}</h2>
            {partsOf(story) && <p className="note">{partsOf(story).replaceAll('|', ' · ')}</p>}
            {story.show(text, t.watch.first)}
          </section>
        ))}
      </main>
    </div>
  )
}

const { lang, dataset } = document.documentElement
const language = lang === 'en' ? 'en' : 'ko'
learnText('ko', ko)
learnText('en', en)
document.title = partTexts[language].title

const root = { language, theme: dataset.theme, person: { name: 'stories', role: 'owner', local: true } }
const router = createMemoryRouter([{ id: 'root', path: '*', loader: () => root, element: <PartsPage /> }], {
  hydrationData: { loaderData: { root } },
})
createRoot(document.getElementById('parts')!).render(
  <LanguageProvider language={language} timeZone="Asia/Seoul">
    <IconSheet />
    <RouterProvider router={router} />
  </LanguageProvider>,
)
