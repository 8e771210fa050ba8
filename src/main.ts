const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
const heading = document.createElement('h1')
heading.textContent = 'PeerMart'
root.append(heading)
