/** Small signs that say by shape what colour says too. */
const paths = {
  done: 'M3.5 8.5l3 3 6-7',
  failed: 'M4 4l8 8M12 4l-8 8',
  waiting: 'M5 8h6',
  warning: 'M8 2.5l6 11H2zM8 6.5v3M8 11.4v.2',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  back: 'M10 3L5 8l5 5',
  add: 'M8 3v10M3 8h10',
} as const

export function Sign({ name }: { readonly name: keyof typeof paths }) {
  return (
    <svg class={`sign sign-${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  )
}
