// A webhook that gates pods, written with controller-runtime as its book shows it: typed decoding, the pod changed in
// place, and the patch found by comparing the pod before and after.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"slices"

	corev1 "k8s.io/api/core/v1"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

const (
	gateType           = corev1.PodConditionType("cloud.tencent.com/load-balancer-backendgroup-ready")
	networksAnnotation = "tke.cloud.tencent.com/networks"
)

type podGater struct {
	decoder admission.Decoder
}

func (g *podGater) Handle(_ context.Context, request admission.Request) admission.Response {
	pod := &corev1.Pod{}
	if err := g.decoder.Decode(request, pod); err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	if pod.Spec.HostNetwork || !isEni(pod) || hasGate(pod) {
		return admission.Allowed("")
	}
	pod.Spec.ReadinessGates = append(pod.Spec.ReadinessGates, corev1.PodReadinessGate{ConditionType: gateType})
	changed, err := json.Marshal(pod)
	if err != nil {
		return admission.Errored(http.StatusInternalServerError, err)
	}
	return admission.PatchResponseFromRaw(request.Object.Raw, changed)
}

func isEni(pod *corev1.Pod) bool {
	networks := pod.Annotations[networksAnnotation]
	return networks == "tke-route-eni" || networks == "tke-direct-eni"
}

func hasGate(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.Spec.ReadinessGates, func(gate corev1.PodReadinessGate) bool {
		return gate.ConditionType == gateType
	})
}

func main() {
	port := flag.Int("port", 0, "port on 127.0.0.1")
	certificates := flag.String("certificates", "", "folder with tls.crt and tls.key")
	flag.Parse()
	ctrl.SetLogger(zap.New())
	server := webhook.NewServer(webhook.Options{Host: "127.0.0.1", Port: *port, CertDir: *certificates})
	server.Register("/mutate-pods", &webhook.Admission{
		Handler: &podGater{decoder: admission.NewDecoder(clientgoscheme.Scheme)},
	})
	if err := server.Start(ctrl.SetupSignalHandler()); err != nil {
		ctrl.Log.Error(err, "the server ended")
		os.Exit(1)
	}
}
