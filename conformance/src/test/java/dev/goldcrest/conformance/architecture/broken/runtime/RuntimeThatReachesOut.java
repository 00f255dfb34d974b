package dev.goldcrest.conformance.architecture.broken.runtime;

import dev.goldcrest.conformance.architecture.broken.torch.TorchThatKnowsApp;
import dev.goldcrest.conformance.architecture.broken.vectorapi.FakeVector;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.lang.reflect.Method;
import java.net.Socket;
import org.bytedeco.javacpp.Pointer;

/** Uses everything a device cannot offer. */
public final class RuntimeThatReachesOut {
  TorchThatKnowsApp upwards;
  FakeVector outsideTheProvider;
  Pointer nativeMemory;

  native int jni();

  Object reflect(Method method, Socket socket) throws ReflectiveOperationException, IOException {
    return method.invoke(socket.getInputStream());
  }

  Object deserialise(ObjectInputStream in) throws IOException, ClassNotFoundException {
    System.getLogger("x").log(System.Logger.Level.INFO, "y");
    return in.readObject();
  }

  @SuppressWarnings("restricted")
  Class<?> load(String name) throws ClassNotFoundException {
    System.loadLibrary(name);
    return Class.forName(name);
  }
}
