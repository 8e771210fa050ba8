/** The chart library, and how this page uses it. A chunk of its own: it comes when there is a price to draw. */
import {
  CandlestickSeries,
  createChart,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type SeriesType,
  type UTCTimestamp,
} from 'lightweight-charts'
import { language } from '../text/language.ts'
import type { Candle } from './seen.ts'

export interface ChartOptions {
  readonly candles: boolean
  /** Smallest units in words. */
  readonly format: (price: number) => string
}

/** A drawing in the element, until it is removed. */
export interface PriceChart {
  show(candles: readonly Candle[]): void
  remove(): void
}

/** Draws in the element's size and the page's colours. */
export function drawChart(element: HTMLElement, { candles, format }: ChartOptions): PriceChart {
  const style = getComputedStyle(element)
  const colour = (name: string): string => resolved(element, style.getPropertyValue(name))
  const chart: IChartApi = createChart(element, {
    autoSize: true,
    // The notice that the licence wants stands below the chart, as text.
    layout: { background: { color: 'transparent' }, textColor: colour('--muted'), attributionLogo: false, fontFamily: style.fontFamily },
    grid: { vertLines: { color: colour('--line') }, horzLines: { color: colour('--line') } },
    timeScale: {
      tickMarkFormatter: localTime,
      timeVisible: true,
      secondsVisible: true,
      borderColor: colour('--line'),
    },
    rightPriceScale: { borderColor: colour('--line') },
    localization: { priceFormatter: format, timeFormatter: localTime },
  })
  const series: ISeriesApi<SeriesType> = candles
    ? chart.addSeries(CandlestickSeries, {
        upColor: colour('--buy'),
        borderUpColor: colour('--buy'),
        wickUpColor: colour('--buy'),
        // Hollow and filled, so that up and down differ by more than colour.
        downColor: 'transparent',
        borderDownColor: colour('--sell'),
        wickDownColor: colour('--sell'),
      })
    : chart.addSeries(LineSeries, { color: colour('--accent'), lineWidth: 2, pointMarkersVisible: true })
  return {
    show: (given) => {
      series.setData(
        given.map(({ time, open, high, low, close }) =>
          candles ? { time: time as UTCTimestamp, open, high, low, close } : { time: time as UTCTimestamp, value: close },
        ),
      )
      chart.timeScale().fitContent()
    },
    remove: () => chart.remove(),
  }
}

/** Seconds since 1970 as a time of day here, in the page's language; the library's own would be UTC. */
function localTime(seconds: unknown): string {
  return new Date(Number(seconds) * 1000).toLocaleTimeString(language() === 'de' ? 'de-DE' : 'en-GB')
}

/** A colour as the canvas takes it: `light-dark()` is resolved by the browser. */
function resolved(element: HTMLElement, value: string): string {
  const probe = document.createElement('span')
  probe.style.color = value
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
