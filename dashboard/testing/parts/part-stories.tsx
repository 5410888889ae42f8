/**
 * Every part that pages are made of, each once with what it can look like. `of` names what a story is about, as docs/design.md
 * does: a class by its selector, a component by its name, beside the component itself so that a renamed one is missed here.
 */
import type { ComponentType, ReactNode } from 'react'
import { Banner, BroadcastBanner } from '../../app/components/broadcast-banner.tsx'
import { ChatLaneTabs } from '../../app/components/chat-lane-tabs.tsx'
import { ChatRowView } from '../../app/components/chat-row.tsx'
import { Emote } from '../../app/components/emote.tsx'
import { Figure } from '../../app/components/figure.tsx'
import HelpDialog from '../../app/components/help-dialog.tsx'
import { Icon } from '../../app/components/icon.tsx'
import { ListHead } from '../../app/components/list-head.tsx'
import { Mask, Pips } from '../../app/components/mask.tsx'
import { MoodNow } from '../../app/components/mood-now.tsx'
import { SiteHeader } from '../../app/components/site-header.tsx'
import { SkeletonLines } from '../../app/components/skeleton-lines.tsx'
import { Sparkline } from '../../app/components/sparkline.tsx'
import { Banners, ChatRows, Empty, Figures, Head, Masks, Mood, Rows, Tables } from './content-stories.tsx'
import { Badges, Buttons, Dialog, Fields, Icons, Lanes, Segments } from './control-stories.tsx'
import { minutes } from './made-up.ts'
import type { PartText } from './part-texts.ts'
import { Colours, Grid, Letters } from './token-stories.tsx'

// biome-ignore lint/suspicious/noExplicitAny: whatever a component is given
type Part = ComponentType<any>

export interface PartStory {
  readonly name: keyof PartText['stories']
  readonly classes?: readonly string[]
  readonly components?: Readonly<Record<string, Part>>
  readonly show: (text: PartText, first: string) => ReactNode
}

/** Stand around the stories. */
export const frame = { classes: ['.sheet-page > .sheet-section'], components: { SiteHeader } }

export const partStories: readonly PartStory[] = [
  { name: 'colours', show: (text) => <Colours text={text} /> },
  { name: 'letters', show: (text) => <Letters sample={text.texts.plain} /> },
  { name: 'grid', show: () => <Grid /> },
  { name: 'buttons', classes: ['.button', '.icon-button'], show: (text) => <Buttons text={text} /> },
  { name: 'segments', classes: ['.segments'], show: (text) => <Segments text={text} /> },
  { name: 'lanes', components: { ChatLaneTabs }, show: (text) => <Lanes text={text} /> },
  { name: 'fields', classes: ['.inline-form > .field'], show: (text) => <Fields text={text} /> },
  { name: 'badges', classes: ['.badge'], show: (_text, first) => <Badges first={first} /> },
  { name: 'icons', components: { Icon }, show: () => <Icons /> },
  { name: 'masks', components: { Mask, Pips }, show: (text) => <Masks text={text} /> },
  {
    name: 'chat',
    classes: ['.chat-row'],
    components: { ChatRowView, Emote },
    show: (text) => <ChatRows text={text} />,
  },
  { name: 'figures', classes: ['.figures'], components: { Figure }, show: (text) => <Figures text={text} /> },
  { name: 'table', classes: ['.table'], show: (text) => <Tables text={text} /> },
  { name: 'stacks', classes: ['.table.stacks'], show: (text) => <Tables text={text} stacks /> },
  {
    name: 'head',
    classes: ['.cell-name'],
    components: { ListHead },
    show: (text) => <Head name={text.stories.head} />,
  },
  { name: 'rows', classes: ['.rows', '.alarm-rows'], show: (text) => <Rows text={text} /> },
  { name: 'mood', components: { MoodNow }, show: () => <Mood /> },
  {
    name: 'sparkline',
    components: { Sparkline },
    show: () => <Sparkline minutes={minutes} last={minutes.at(-1)!.windowStart} />,
  },
  { name: 'skeleton', components: { SkeletonLines }, show: () => <SkeletonLines lines={4} /> },
  { name: 'empty', classes: ['.panel-empty', '.void'], show: (text) => <Empty text={text} /> },
  { name: 'banners', components: { BroadcastBanner, Banner }, show: () => <Banners /> },
  { name: 'dialog', components: { HelpDialog }, show: (text) => <Dialog text={text} /> },
]
