"use strict";

const page = document.getElementById("api");

const dark = window.matchMedia("(prefers-color-scheme: dark)");

function followColourScheme() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

async function show() {
  const answer = await fetch(page.dataset.openapi);
  const description = await answer.json();
  // Tried out is the API that this page came from, also where the description names its public address.
  description.servers = [{ url: page.dataset.base }];
  SwaggerUIBundle({
    spec: description,
    domNode: page,
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
  });
}

followColourScheme();
dark.addEventListener("change", followColourScheme);
show();
