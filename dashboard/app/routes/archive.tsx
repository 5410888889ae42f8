export default function Archive() {
  return null
}
