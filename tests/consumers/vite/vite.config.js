import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

/** Names with a hyphen are elements that the browser knows, not Vue's components. */
const isCustomElement = (tag) => tag.includes("-");

export default defineConfig({
  // The site works under any path.
  base: "./",
  build: { rolldownOptions: { input: ["index.html", "react.html", "vue.html"] } },
  plugins: [vue({ template: { compilerOptions: { isCustomElement } } })],
});
