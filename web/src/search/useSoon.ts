import { useEffect, useState } from 'react'

/** A value that follows after a pause, so that typing doesn't ask at every letter. */
export function useSoon<T>(value: T, ms: number): T {
  const [later, setLater] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return later
}
