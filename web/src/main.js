import { mount } from 'svelte'
import App from './App.svelte'
import './kit/theme.js'
import './kit/whole.js'
import './style.css'

mount(App, { target: document.body })
